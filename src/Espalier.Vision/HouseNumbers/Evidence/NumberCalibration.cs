using System.Text.Json;
using System.Text.Json.Nodes;
using Espalier.Core;

namespace Espalier.Vision;

/// <summary>
/// Makes of a number's evidence how often numbers of such evidence are right: a logistic function, fitted on pictures with known numbers
/// (<see cref="NumberCalibrationFitting"/>). It travels in an ONNX file's metadata.
/// </summary>
/// <param name="Bias">The log odds where all evidence is 0.</param>
/// <param name="Digits">Weight of <see cref="NumberEvidence.Digits"/>.</param>
/// <param name="Alternative">Weight of <see cref="NumberEvidence.Alternative"/>.</param>
/// <param name="LeftOut">Weight of <see cref="NumberEvidence.LeftOut"/>.</param>
/// <param name="SingleDigit">Weight of <see cref="NumberEvidence.IsSingle"/>, a 1 or a 0.</param>
/// <param name="Gap">Weight of <see cref="NumberEvidence.Gap"/>.</param>
/// <param name="Acceptance">The confidence from which on a number is accepted where nobody says otherwise, 0…1.</param>
public sealed record NumberCalibration(double Bias, double Digits, double Alternative, double LeftOut, double SingleDigit,
    double Gap, double Acceptance)
{
    /// <summary>The name under which an ONNX file's metadata hold it.</summary>
    public const string MetadataKey = "espalier.numbers";

    /// <summary>The share of numbers with such evidence that are right, 0…1.</summary>
    public float Confidence(NumberEvidence evidence)
    {
        var logOdds = Bias + (Digits * evidence.Digits) + (Alternative * evidence.Alternative) + (LeftOut * evidence.LeftOut)
            + (evidence.IsSingle ? SingleDigit : 0) + (Gap * evidence.Gap);
        return (float)(1 / (1 + Math.Exp(-logOdds)));
    }

    /// <summary>As JSON, the same everywhere.</summary>
    public string ToJson() => new JsonObject
    {
        ["bias"] = Bias,
        ["digits"] = Digits,
        ["alternative"] = Alternative,
        ["leftOut"] = LeftOut,
        ["single"] = SingleDigit,
        ["gap"] = Gap,
        ["acceptance"] = Acceptance,
    }.ToJsonString();

    /// <summary>Reads <see cref="ToJson"/>'s text.</summary>
    /// <exception cref="EspalierException">It is none, or holds what is no number or out of range.</exception>
    public static NumberCalibration FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var read = new NumberCalibration(Number("bias"), Number("digits"), Number("alternative"), Number("leftOut"),
                Number("single"), Has("gap") ? Number("gap") : 0, Number("acceptance"));
            OptionException.ThrowIfOutside(read.Acceptance, 0, 1, "The confidence from which on a number is accepted");
            return read;

            bool Has(string name) => document.RootElement.TryGetProperty(name, out _);

            double Number(string name) => document.RootElement.GetProperty(name).GetDouble();
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EspalierException("What a number's confidence means cannot be read: bias, digits, alternative, leftOut, single "
                + "and acceptance are wanted, and gap if it counts.", exception);
        }
    }
}
