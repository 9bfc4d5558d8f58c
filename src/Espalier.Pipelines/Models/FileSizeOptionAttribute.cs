using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;

namespace Espalier.Pipelines.Models;

/// <summary>The size of the pictures that an emitted file takes.</summary>
internal sealed class FileSizeOptionAttribute : OptionAttribute
{
    /// <inheritdoc cref="FileSizeOptionAttribute"/>
    public FileSizeOptionAttribute()
        : base("--image-size", "The pictures' side in pixels, or their height and width, multiples of the stride; default as trained",
            32, OnnxOptions.MaximumSide) =>
        Aliases = ["--img"];

    /// <summary>Height and width, one number standing for both.</summary>
    /// <param name="sides">What was said.</param>
    /// <param name="standard">Where nothing was.</param>
    /// <exception cref="OptionException">There are more than two.</exception>
    public static (int Height, int Width) HeightAndWidth(ValueList<int> sides, int standard) => sides switch
    {
        { Count: 0 } => (standard, standard),
        [var side] => (side, side),
        [var height, var width] => (height, width),
        _ => throw new OptionException($"--image-size takes one side or a height and a width, not {sides.Count} numbers"),
    };
}
