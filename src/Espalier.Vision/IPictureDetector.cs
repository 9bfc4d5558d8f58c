namespace Espalier.Vision;

/// <summary>Something that finds objects in single pictures, whatever it computes with.</summary>
public interface IPictureDetector : IDisposable
{
    /// <summary>The names of classes 0, 1, ….</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>The objects in a picture, most confident first; boxes in the picture's own pixels, cut to it.</summary>
    IReadOnlyList<Detection> Detect(Picture picture);
}
