using System.Collections.Immutable;
using System.Globalization;

namespace Espalier.Networks;

/// <summary>A row's arguments, read by position; what is absent takes its default.</summary>
internal sealed class LayerArguments(ImmutableArray<LayerArgument> values)
{
    /// <summary>Checks how many there are.</summary>
    /// <param name="least">At least so many.</param>
    /// <param name="usage">What they are, for the message: <c>[channels, kernel]</c>.</param>
    /// <param name="most">At most so many.</param>
    /// <exception cref="GraphException">There are fewer or more.</exception>
    public void Expect(int least, int most, string usage)
    {
        if (values.Length < least || values.Length > most)
            throw new GraphException($"it takes {usage} and is given {values.Length} arguments.");
    }

    /// <summary>A whole number that must be there.</summary>
    public int Whole(int position, string what, int least, int most)
        => Parse(Find(position) ?? throw new GraphException($"argument {position + 1} ({what}) is missing."), what, least, most);

    /// <summary>A whole number, or what holds without one.</summary>
    public int Whole(int position, string what, int least, int most, int otherwise)
        => Find(position) is { } argument ? Parse(argument, what, least, most) : otherwise;

    /// <summary>The side of a kernel, or what is usual.</summary>
    public int Kernel(int position, int usual = 1) => Whole(position, "the kernel", 1, GraphLimits.Kernel, usual);

    /// <summary>A stride; 1 without one.</summary>
    public int Stride(int position) => Whole(position, "the stride", 1, GraphLimits.Kernel, 1);

    /// <summary>Cells of padding; null without a number.</summary>
    public int? Padding(int position) => Find(position) is { } given ? Parse(given, "the padding", 0, GraphLimits.Kernel) : null;

    /// <summary>Groups of channels; 1 without a number.</summary>
    public int Groups(int position) => Whole(position, "the groups", 1, GraphLimits.Channels, 1);

    /// <summary>A list of whole numbers, or what holds without one.</summary>
    public ImmutableArray<int> Wholes(int position, string what, int least, int most, ImmutableArray<int> otherwise)
    {
        if (Find(position) is not { } argument) return otherwise;
        if (!argument.IsList || argument.Items.Length is 0 or > 16)
            throw new GraphException($"{what} must be a list of 1 to 16 whole numbers, not '{argument}'.");
        return [.. argument.Items.Select(item => Parse(item, what, least, most))];
    }

    /// <summary>True or False, or what holds without it.</summary>
    public bool Flag(int position, string what, bool otherwise) => Find(position) switch
    {
        null => otherwise,
        { Text: "True" or "true" } => true,
        { Text: "False" or "false" } => false,
        { } other => throw new GraphException($"{what} must be True or False, not '{other}'."),
    };

    /// <summary>An activation: True is the table's own, False is none, a word is that one.</summary>
    public Activation Activation(int position, Activation table) => Find(position) switch
    {
        null or { Text: "True" or "true" } => table,
        { Text: "False" or "false" } => ActivationKind.Identity,
        { Text: { } word } when ActivationTable.Parse(word) is { } activation => activation,
        { } other => throw new GraphException($"the activation must be True, False or one of {ActivationTable.Words}, not '{other}'."),
    };

    /// <summary>
    /// A convolution's dilation and activation: <c>[…, dilation, activation]</c> as YOLOv5 has it since 7.0, or <c>[…, activation]</c> as
    /// before. True and False are activations.
    /// </summary>
    public (int Dilation, Activation Activation) DilationAndActivation(int position, Activation table)
        => int.TryParse(Find(position)?.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? (Whole(position, "the dilation", 1, GraphLimits.Kernel), Activation(position + 1, table))
            : Find(position) is null ? (1, Activation(position + 1, table))
            : values.Length <= position + 1 ? (1, Activation(position, table))
            : throw new GraphException($"the dilation must be a whole number, not '{Find(position)}'.");

    /// <summary>A factor above 0 and up to 8, or what holds without it.</summary>
    public double Factor(int position, string what, double otherwise)
    {
        if (Find(position) is not { } argument) return otherwise;
        return double.TryParse(argument.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) && factor is > 0 and <= 8
            ? factor
            : throw new GraphException($"{what} must be a number above 0 and up to 8, not '{argument}'.");
    }

    /// <summary>A word, or null without one.</summary>
    public string? Word(int position) => Find(position)?.Text;

    /// <summary>Whether there is nothing, or one of some words.</summary>
    public bool IsAbsentOr(int position, params string[] words) => Find(position) is not { } argument
        || Array.Exists(words, word => word == argument.Text);

    private LayerArgument? Find(int position)
        => position < values.Length && !values[position].IsAbsent ? values[position] : null;

    private static int Parse(LayerArgument argument, string what, int least, int most)
        => int.TryParse(argument.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw new GraphException($"{what} must be a whole number from {least} to {most}, not '{argument}'.");
}
