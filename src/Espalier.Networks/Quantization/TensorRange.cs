namespace Espalier.Networks;

/// <summary>The range that a tensor's values are laid over in 256 equal steps.
/// Zero is always one of the steps, so that padding is exact.</summary>
/// <param name="Low">The value of the lowest step; at most 0.</param>
/// <param name="High">The value of the highest; at least 0.</param>
public readonly record struct TensorRange(float Low, float High)
{
    private const int Steps = 255;

    // A tensor that is zero everywhere still needs a step.
    private const float SmallestSpan = 1e-6f;

    /// <summary>What every sigmoid gives.</summary>
    public static TensorRange Sigmoid { get; } = new(0, 1);

    /// <summary>A picture's values: a step is a byte of it.</summary>
    public static TensorRange Pixels { get; } = new(0, 1);

    /// <summary>The distance between two steps.</summary>
    public float Scale => Math.Max(High - Low, SmallestSpan) / Steps;

    /// <summary>The step that stands for 0.</summary>
    public byte ZeroPoint => (byte)Math.Clamp(MathF.Round(-Low / Scale), 0, Steps);

    /// <summary>The smallest range that holds two numbers and zero, and as much beyond them as its steps need.</summary>
    public static TensorRange Holding(float low, float high)
    {
        low = Math.Min(low, 0);
        return new(low, Math.Max(Math.Max(high, 0), low + SmallestSpan));
    }

    /// <summary>The smallest range that holds both.</summary>
    public TensorRange Union(TensorRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>The step nearest to a value, as the value that it stands for: what int8 arithmetic sees of it.</summary>
    public float Nearest(float value) => (Math.Clamp(MathF.Round(value / Scale) + ZeroPoint, 0, Steps) - ZeroPoint) * Scale;
}
