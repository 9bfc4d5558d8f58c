using System.Numerics;
using System.Runtime.InteropServices;

namespace Espalier.Networks;

/// <summary>A convolution as a product of matrices: the picture's windows are laid out as columns first (im2col).</summary>
internal static class ReferenceConvolution
{
    /// <summary>Fills the output of a convolution.</summary>
    public static void Run(ConvNode conv, float[] kernel, float[]? bias, ReferenceTensor input, ReferenceTensor output)
    {
        var (inputs, outputs) = (conv.InChannels / conv.Groups, conv.OutChannels / conv.Groups);
        var (rows, columns) = (inputs * conv.Area, output.Shape.Height * output.Shape.Width);
        var (windows, sums) = (new float[rows * columns], new double[columns]);
        for (var group = 0; group < conv.Groups; group++)
        {
            LayOut(conv, input, group * inputs, inputs, output.Shape, windows);
            for (var channel = group * outputs; channel < (group + 1) * outputs; channel++)
            {
                Array.Fill(sums, bias?[channel] ?? 0);
                for (var row = 0; row < rows; row++)
                    AddScaled(sums, windows.AsSpan(row * columns, columns), kernel[(channel * rows) + row]);
                for (var column = 0; column < columns; column++) output.Values[(channel * columns) + column] = (float)sums[column];
            }
        }
    }

    /// <summary>Fills the output of a transposed convolution: every cell of the input adds its kernel, weighted by its value.</summary>
    public static void Run(ConvTransposeNode conv, float[] kernel, float[]? bias, ReferenceTensor input, ReferenceTensor output)
    {
        var (read, made, area) = (conv.InChannels / conv.Groups, conv.OutChannels / conv.Groups, input.Shape.Height * input.Shape.Width);
        var (height, width) = (output.Shape.Height, output.Shape.Width);
        for (var channel = 0; channel < conv.OutChannels; channel++)
        {
            var sums = new double[height * width];
            Array.Fill(sums, bias?[channel] ?? 0);
            for (var source = channel / made * read; source < ((channel / made) + 1) * read; source++)
            {
                var taps = kernel.AsSpan(((source * made) + (channel % made)) * conv.Kernel * conv.Kernel);
                for (var cell = 0; cell < area * conv.Kernel * conv.Kernel; cell++)
                {
                    var (place, tap) = (cell / (conv.Kernel * conv.Kernel), cell % (conv.Kernel * conv.Kernel));
                    var y = (place / input.Shape.Width * conv.Stride) + (tap / conv.Kernel) - conv.Padding;
                    var x = (place % input.Shape.Width * conv.Stride) + (tap % conv.Kernel) - conv.Padding;
                    if ((uint)y < (uint)height && (uint)x < (uint)width)
                        sums[(y * width) + x] += (double)input.Values[(source * area) + place] * taps[tap];
                }
            }

            for (var place = 0; place < sums.Length; place++) output.Values[(channel * sums.Length) + place] = (float)sums[place];
        }
    }

    /// <summary>windows[(channel, kernel row, kernel column), (output row, output column)]; zero outside the picture.</summary>
    private static void LayOut(ConvNode conv, ReferenceTensor input, int first, int channels, TensorShape output, float[] windows)
    {
        var (height, width, place) = (input.Shape.Height, input.Shape.Width, 0);
        for (var channel = first; channel < first + channels; channel++)
        {
            for (var tap = 0; tap < conv.Area; tap++)
            {
                var (top, left) = ((tap / conv.KernelColumns * conv.Dilation) - conv.Padding,
                    (tap % conv.KernelColumns * conv.Dilation) - conv.PaddingColumns);
                for (var row = 0; row < output.Height; row++)
                {
                    var y = (row * conv.Stride) + top;
                    for (var column = 0; column < output.Width; column++, place++)
                    {
                        var x = (column * conv.StrideColumns) + left;
                        windows[place] = (uint)y < (uint)height && (uint)x < (uint)width
                            ? input.Values[(((channel * height) + y) * width) + x] : 0;
                    }
                }
            }
        }
    }

    /// <summary>Sums are kept in double, so that what is compared with this sees its own rounding alone.</summary>
    private static void AddScaled(Span<double> sums, ReadOnlySpan<float> values, double factor)
    {
        var wideSums = MemoryMarshal.Cast<double, Vector<double>>(sums);
        var wideValues = MemoryMarshal.Cast<float, Vector<float>>(values);
        var wide = new Vector<double>(factor);
        for (var i = 0; i < wideValues.Length; i++)
        {
            Vector.Widen(wideValues[i], out var low, out var high);
            wideSums[2 * i] += low * wide;
            wideSums[(2 * i) + 1] += high * wide;
        }

        for (var i = wideValues.Length * Vector<float>.Count; i < sums.Length; i++) sums[i] += values[i] * factor;
    }
}
