using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.Server.Models;

/// <summary>An open network under its name. It closes once it has been replaced and the last request that borrowed it has returned
/// it.</summary>
internal sealed class ServedModel
{
    /// <summary>What a file keeps that leaves suppression to us.</summary>
    private const float WeakestConfidence = 0.01f;

    private readonly Detector _detector;
    private readonly SecondLook? _digits;
    private int _holders = 1; // The shelf itself.

    private ServedModel(string name, OnnxNetwork network)
    {
        (Name, Network) = (name, network);
        var facts = network.Facts;
        var suppression = facts.SuppressionOr(NmsOptions.ForPrediction with { Confidence = WeakestConfidence });
        LeastConfidence = suppression.Confidence;
        _detector = Detector.Over(network, new DetectorOptions { Suppression = suppression });
        ReadsNumbers = NumberCharacters.AreReadBy(facts.ClassNames);
        if (ReadsNumbers) _digits = LookingTwice(network);
    }

    // Closed with the network, on which it looks.
    private static SecondLook LookingTwice(OnnxNetwork network) =>
        new(
            Detector.Over(
                network,
                new DetectorOptions { Suppression = network.Facts.SuppressionOr(new NumberReadingOptions().Suppression) }
            )
        );

    /// <summary>What requests call it.</summary>
    public string Name { get; }

    /// <summary>The network itself.</summary>
    public OnnxNetwork Network { get; }

    /// <summary>What its file promises.</summary>
    public NetworkFacts Facts => Network.Facts;

    /// <summary>The least confidence that a request can ask for: more where the file itself suppresses what is weaker.</summary>
    public float LeastConfidence { get; }

    /// <summary>Whether its classes are the digits.</summary>
    public bool ReadsNumbers { get; }

    // Requests are answered side by side, a core each; threads within one call would only wait for each other.
    private static RuntimeOptions OneThread { get; } = new() { Threads = 1, Spinning = false };

    /// <summary>Opens a file.</summary>
    /// <exception cref="EspalierException">It is no detector that ONNX Runtime can use.</exception>
    public static ServedModel Open(string name, string path) => new(name, OnnxNetwork.Open(path, OneThread));

    /// <summary>Opens a file's content.</summary>
    /// <inheritdoc cref="Open(string, string)" path="/exception"/>
    public static ServedModel Open(string name, byte[] content) => new(name, OnnxNetwork.Open(content, OneThread, $"The model '{name}'"));

    /// <summary>The objects in a picture, from <see cref="LeastConfidence"/> on.</summary>
    public Detection[] Detect(Picture picture, out StageTimes times) => _detector.Detect(picture, out times);

    /// <summary>Every reading of the digits in a picture, for <see cref="NumberReading"/>.</summary>
    public IReadOnlyList<Detection> DetectDigits(Picture picture, out StageTimes times) => _digits!.Detect(picture, out times);

    /// <summary>Keeps it open until <see cref="Return"/>; false where it has closed already.</summary>
    public bool TryBorrow()
    {
        for (var seen = Volatile.Read(ref _holders); seen > 0; seen = Volatile.Read(ref _holders))
        {
            if (Interlocked.CompareExchange(ref _holders, seen + 1, seen) == seen) return true;
        }

        return false;
    }

    /// <summary>Ends a loan, or the shelf's own hold.</summary>
    public void Return()
    {
        if (Interlocked.Decrement(ref _holders) == 0) Network.Dispose();
    }
}
