using Espalier.Core;

namespace Espalier.Datasets.Streets;

/// <summary>How many pictures <see cref="StreetWriter"/> writes, and how.</summary>
public sealed record StreetWriterOptions
{
    /// <summary>The most pictures a split may have.</summary>
    public const int MostPictures = 1_000_000;

    /// <summary>Pictures to learn from, 1…<see cref="MostPictures"/>.</summary>
    /// <value>Default: 1000.</value>
    public int Training { get; init; } = 1000;

    /// <summary>Pictures to judge by, 1…<see cref="MostPictures"/>.</summary>
    /// <value>Default: 200.</value>
    public int Validation { get; init; } = 200;

    /// <summary>Pictures kept for the end; 0 for no such split.</summary>
    /// <value>Default: 0.</value>
    public int Test { get; init; }

    /// <summary>Whether an output folder that holds a data set already (it has a <c>data.yaml</c>) is replaced.</summary>
    /// <value>Default: false.</value>
    public bool Overwrite { get; init; }

    /// <summary>Files and folders that the street is drawn from: the output folder must neither be one of them, nor lie in it, nor hold it.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>How many pictures are drawn at once, 0…1024; 0 for one a processor. The pictures do not depend on it.</summary>
    /// <value>Default: 0.</value>
    public int Workers { get; init; }

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Training, 1, MostPictures, "The number of training pictures");
        OptionException.ThrowIfOutside(Validation, 1, MostPictures, "The number of validation pictures");
        OptionException.ThrowIfOutside(Test, 0, MostPictures, "The number of test pictures");
        OptionException.ThrowIfOutside(Workers, 0, 1024, "Workers");
    }

    internal IEnumerable<StreetSplit> Splits()
    {
        yield return new StreetSplit("train", Training);
        yield return new StreetSplit("val", Validation);
        if (Test > 0) yield return new StreetSplit("test", Test);
    }
}
