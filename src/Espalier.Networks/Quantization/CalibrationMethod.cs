using Espalier.Core.Options;

namespace Espalier.Networks;

/// <summary>How a tensor's range is chosen from the values that were seen.</summary>
public enum CalibrationMethod
{
    /// <summary>The range for which the squared error of rounding and clipping, over the values seen, is least.</summary>
    [OptionWord("mse")]
    SquaredError,

    /// <summary>From the lowest to the highest value: nothing is clipped.</summary>
    [OptionWord("min-max")]
    MinMax,

    /// <summary>What is left when one value in ten thousand is clipped.</summary>
    Percentile,

    /// <summary>The range for which the rounded values' distribution says most about the
    /// true one (least Kullback–Leibler divergence).</summary>
    Entropy,
}
