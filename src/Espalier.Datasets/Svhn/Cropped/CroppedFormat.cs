using System.Text;
using Espalier.Core;
using Espalier.Datasets.Formats;

namespace Espalier.Datasets.Svhn.Cropped;

/// <summary>SVHN's format 2: single digits without boxes. It is recognized so that it can be told what it is:
/// a detector cannot learn from it.</summary>
internal sealed class CroppedFormat : IDatasetFormat
{
    /// <inheritdoc/>
    public string Name => "svhn-cropped";

    /// <inheritdoc/>
    public string LabelSource => "label";

    /// <inheritdoc/>
    public bool Recognizes(string path)
    {
        var head = new byte[10];
        try
        {
            using var file = File.OpenRead(path);
            return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
                && Encoding.ASCII.GetString(head) == "MATLAB 5.0";
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public DatasetListing List(IReadOnlyList<string> paths, CancellationToken cancellationToken = default) => throw Refusal(paths[0]);

    /// <inheritdoc/>
    public string Write(string folder, DatasetContent content, CancellationToken cancellationToken = default) =>
        throw Refusal("SVHN's format 2");

    private static EspalierException Refusal(string what) => new($"{what} holds single digits without boxes (SVHN's format 2), "
        + $"which no detector learns from; 'espalier data crops' unpacks it, 'espalier data synth --crops' builds houses of it.");
}
