using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Vision;

namespace Espalier.Datasets.Checks;

/// <summary>How a data set is checked.</summary>
public sealed record DatasetCheckOptions
{
    /// <summary>
    /// What a model finds in a picture, down to a low confidence such as 0.05; it is asked from one thread. Null for a check without a
    /// model.
    /// </summary>
    /// <value>Null.</value>
    public Func<Picture, IReadOnlyList<Detection>>? Detect { get; init; }

    /// <summary>From which confidence on the model's disagreement counts, 0…1.</summary>
    /// <value>0.6.</value>
    [Option("--conf", "From which confidence on the model's disagreement counts", 0.05, 1)]
    public double Confident { get; init; } = 0.6;

    /// <summary>How many photos are looked at at once, 0…1024.</summary>
    /// <value>0, the number of processors.</value>
    public int Workers { get; init; }

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Confident, 0, 1, "The confidence from which a disagreement counts");
        OptionException.ThrowIfOutside(Workers, 0, 1024, "Workers");
    }
}
