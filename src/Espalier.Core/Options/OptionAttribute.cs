namespace Espalier.Core.Options;

/// <summary>
/// Describes an option where its value stands, on the property of a plain record. Parser, help, YAML, printed commands, ranges and
/// differences of two records all derive from it (<see cref="OptionTable{T}"/>); its default is the property's own.
/// </summary>
/// <param name="name">On the command line, such as <c>--patience</c>; empty where it has none.</param>
/// <param name="help">One line, without the range, which is added.</param>
[AttributeUsage(AttributeTargets.Property)]
internal class OptionAttribute(string name, string help) : Attribute
{
    /// <inheritdoc cref="OptionAttribute"/>
    /// <param name="name">On the command line.</param>
    /// <param name="help">One line.</param>
    /// <param name="lowest">The smallest number allowed.</param>
    /// <param name="highest">The largest number allowed.</param>
    public OptionAttribute(string name, string help, double lowest, double highest)
        : this(name, help) => (Lowest, Highest) = (lowest, highest);

    /// <summary>On the command line; empty where it has none.</summary>
    public string Name { get; } = name;

    /// <summary>What it does.</summary>
    public string Help { get; } = help;

    /// <summary>The smallest number allowed.</summary>
    public double Lowest { get; } = double.NegativeInfinity;

    /// <summary>The largest number allowed.</summary>
    public double Highest { get; } = double.PositiveInfinity;

    /// <summary>In YAML.</summary>
    /// <value>Default the command line's name with underscores.</value>
    public string? Key { get; set; }

    /// <summary>Other names on the command line.</summary>
    public string[] Aliases { get; set; } = [];

    /// <summary>What the help calls the value, such as <c>file</c>.</summary>
    /// <value>Default <c>n</c> for numbers, the words where there are some.</value>
    public string? ValueName { get; set; }

    /// <summary>
    /// The words that may be said. Of an enumeration some of its members, by default all; of a flag what stands for yes and for no; of a
    /// number what stands for NaN.
    /// </summary>
    public string[]? Words { get; set; }

    /// <summary>A regular expression that a text must match; <see cref="ValueName"/> then says what is allowed.</summary>
    public string? Pattern { get; set; }

    /// <summary>How a sentence about its range begins.</summary>
    /// <value>Default <c>The</c> and its name in YAML.</value>
    public string? Called { get; set; }

    /// <summary>Whether the help shows no default beside it: it says itself what holds where nothing is said.</summary>
    public bool HidesDefault { get; set; }

    /// <summary>The word that is meant where it is named on the command line without a value; null where it needs one.</summary>
    public string? Implied { get; set; }

    /// <summary>Whether it names a file or a folder.</summary>
    public bool IsPath { get; set; }

    /// <summary>What another value changes.</summary>
    public OptionEffect Changes { get; set; }

    /// <summary>Whether naming it on the command line turns the property off; YAML says the property itself.</summary>
    public bool IsInverted { get; set; }

    /// <summary>Options, or an option and its word (<c>--sparsity auto</c>), without which it has no effect; named in this order.</summary>
    public string[] Needs { get; set; } = [];

    /// <summary>An option and its word together with which it has no effect.</summary>
    public string? Excludes { get; set; }

    /// <summary>Follows the sentence about <see cref="Excludes"/>.</summary>
    public string? Because { get; set; }

    /// <summary>Which part of an experiment file may hold it; null for the recipe of any training.</summary>
    public string? Section { get; set; }
}

/// <summary>Marks a record within a record that is there only where another option is given,
/// without which its options have no effect.</summary>
/// <param name="needs">That option, such as <c>--nms</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionGroupAttribute(string needs) : Attribute
{
    /// <summary>That option.</summary>
    public string Needs { get; } = needs;
}

/// <summary>What another value of an option changes.</summary>
internal enum OptionEffect
{
    /// <summary>What comes of it.</summary>
    Result,

    /// <summary>The order of sums, and so the last bits of what comes of it, and how fast that is.</summary>
    Rounding,

    /// <summary>How fast it is, and nothing else.</summary>
    Speed,
}

/// <summary>What an enumeration's member is called on command lines and in YAML, where that is not its name in lower case.</summary>
/// <param name="word">Such as <c>bn-scale</c>.</param>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class OptionWordAttribute(string word) : Attribute
{
    /// <summary>The word.</summary>
    public string Word { get; } = word;
}
