using Espalier.Core.Options;
using Espalier.Datasets;

namespace Espalier.Training.Prediction;

/// <summary>A network as a judge sees it: batches of letterboxed pictures in, predictions out, whatever it computes with.</summary>
public interface IPredictionNetwork : IDisposable
{
    /// <summary>The names of the classes that it knows.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many classes it knows.</summary>
    int Classes => ClassNames.Count;

    /// <summary>Image sides must be multiples of this.</summary>
    int Stride { get; }

    /// <summary>The side in pixels that it was trained for.</summary>
    int ImageSize { get; }

    /// <summary>The one size of picture that it takes; null where any multiple of the stride will do.</summary>
    (int Height, int Width)? FixedSize { get; }

    /// <summary>Whether several predictions may stand for one object; where they do not, none is suppressed for its overlap.</summary>
    bool NeedsSuppression => true;

    /// <summary>What is left of a suppression for this network.</summary>
    NmsOptions Suppressing(NmsOptions wanted) => NeedsSuppression ? wanted : wanted with { IoU = 1 };

    /// <summary>Predictions for a batch.</summary>
    /// <returns>
    /// (count, predictions, 5 + classes): centre x, y, width, height in the batch's pixels, objectness, class probabilities.
    /// </returns>
    float[] Predict(Batch batch);
}
