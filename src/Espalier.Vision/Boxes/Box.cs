using System.Text.Json.Serialization;

namespace Espalier.Vision;

/// <summary>An axis-aligned box by its edges, in pixels unless a caller says otherwise; y grows downwards.</summary>
/// <param name="Left">The left edge.</param>
/// <param name="Top">The upper edge.</param>
/// <param name="Right">The right edge, exclusive: width is <c>Right − Left</c>.</param>
/// <param name="Bottom">The lower edge, exclusive.</param>
public readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Right − Left.</summary>
    [JsonIgnore]
    public float Width => Right - Left;

    /// <summary>Bottom − Top.</summary>
    [JsonIgnore]
    public float Height => Bottom - Top;

    /// <summary>Width × height; 0 for a box turned inside out.</summary>
    [JsonIgnore]
    public float Area => Math.Max(Width, 0) * Math.Max(Height, 0);

    /// <summary>The horizontal centre.</summary>
    [JsonIgnore]
    public float CenterX => (Left + Right) / 2;

    /// <summary>The vertical centre.</summary>
    [JsonIgnore]
    public float CenterY => (Top + Bottom) / 2;

    /// <summary>The box around a centre.</summary>
    public static Box FromCenter(float centerX, float centerY, float width, float height) =>
        new(centerX - width / 2, centerY - height / 2, centerX + width / 2, centerY + height / 2);

    /// <summary>This box cut to the rectangle (0, 0, <paramref name="width"/>, <paramref name="height"/>).</summary>
    public Box ClipTo(float width, float height) => new(
        Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height),
        Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));

    /// <summary>This box scaled about the origin and then moved.</summary>
    public Box ScaleAndMove(float scaleX, float scaleY, float moveX, float moveY) => new(
        Left * scaleX + moveX, Top * scaleY + moveY, Right * scaleX + moveX, Bottom * scaleY + moveY);

    /// <summary>Its corners, to a tenth of a pixel: <c>12.5,30 – 48,96</c>.</summary>
    public override string ToString() => Invariant($"{Left:0.#},{Top:0.#} – {Right:0.#},{Bottom:0.#}");
}
