using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Datasets.Streets;

/// <summary>How many pictures <see cref="StreetWriter"/> writes, and how.</summary>
public sealed record StreetWriterOptions
{
    /// <summary>The most pictures a split may have.</summary>
    public const int MostPictures = 1_000_000;

    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<StreetWriterOptions> Table { get; } = new();

    /// <summary>Pictures to learn from, 1…<see cref="MostPictures"/>.</summary>
    /// <value>Default: 1000.</value>
    [Option("--count", "Pictures to learn from", 1, MostPictures, Called = "The number of training pictures")]
    public int Training { get; init; } = 1000;

    /// <summary>Pictures to judge by, 1…<see cref="MostPictures"/>.</summary>
    /// <value>Default: 200.</value>
    [Option("--val", "Pictures to judge by", 1, MostPictures, Called = "The number of validation pictures")]
    public int Validation { get; init; } = 200;

    /// <summary>Pictures kept for the end; 0 for no such split.</summary>
    /// <value>Default: 0.</value>
    [Option("--test", "Pictures kept for the end", 0, MostPictures, Called = "The number of test pictures", Section = nameof(Test))]
    public int Test { get; init; }

    /// <summary>Whether an output folder that holds a data set already (it has a <c>data.yaml</c>) is replaced.</summary>
    /// <value>Default: false.</value>
    [Option("--overwrite", "Replace a data set that is already there", Section = nameof(Overwrite))]
    public bool Overwrite { get; init; }

    /// <summary>Files and folders that the street is drawn from:
    /// the output folder must neither be one of them, nor lie in it, nor hold it.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>How many pictures are drawn at once, 0…1024; 0 for one a processor. The pictures do not depend on it.</summary>
    /// <value>Default: 0.</value>
    [Option("--threads", "Pictures drawn at once; 0 for one a core that the process may use. The pictures do not depend on it",
        0, ThreadsOptionAttribute.Most,
        Called = "Workers", Section = nameof(Workers))]
    public int Workers { get; init; }

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate() => Table.Validate(this);

    internal IEnumerable<StreetSplit> Splits()
    {
        yield return new StreetSplit("train", Training);
        yield return new StreetSplit("val", Validation);
        if (Test > 0) yield return new StreetSplit("test", Test);
    }
}
