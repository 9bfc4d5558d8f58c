using Espalier.Core.Options;
using static Espalier.Networks.OnnxBody;

namespace Espalier.Networks;

/// <summary>
/// Non-maximum suppression inside the network: of each prediction its best class, classes apart from each other unless asked otherwise, at
/// most so many a class and picture. Rows of the result: picture of the batch, left, top, right, bottom in pixels, confidence, class; most
/// confident first.
/// </summary>
internal sealed class SuppressionEmission(OnnxBody body, NmsOptions options)
{
    /// <summary>Emits the suppression.</summary>
    /// <param name="predictions">(batch, predictions, 5 + classes).</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="output">The name of the result: (detections, 7).</param>
    public void Emit(string predictions, int classes, string output)
    {
        string[] parts = ["nms.boxes", "nms.objectness", "nms.classes"];
        body.AddOperation("Split", "nms.split", [predictions, body.Integers("nms.parts", 4, 1, classes)], parts, Attribute("axis", 2));
        var scores = body.Add("Mul", "nms.scores", [parts[2], parts[1]]);
        var best = body.Add("ReduceMax", "nms.best", [scores, body.Integers("nms.last", 2)], Attribute("keepdims", 1));
        var bestClass = body.Add("ArgMax", "nms.class", [scores], Attribute("axis", 2), Attribute("keepdims", 1));
        var kept = body.Add(
            "NonMaxSuppression", "nms.kept",
            [parts[0], body.Add("Transpose", "nms.ranked", [Ranked(scores, best, bestClass, classes)], Attribute("perm", 0, 2, 1)),
                body.Integers("nms.maximum", options.MaximumDetections),
                body.Floats("nms.iou", [1], [options.IoU]),
                body.Floats("nms.confidence", [1], [options.Confidence]),
            ],
            Attribute("center_point_box", 1));
        Emit(parts[0], best, bestClass, Order(best, kept), output);
    }

    /// <summary>What is suppressed against what: every class for itself — all but the best
    /// of a prediction at zero — or all as one.</summary>
    private string Ranked(string scores, string best, string bestClass, int classes)
    {
        if (options.Agnostic || classes == 1) return best;
        var numbers = body.Add("Range", "nms.numbers",
            [body.Integer("range.start", 0), body.Integer("nms.count", classes), body.Integer("range.step", 1)]);
        var isBest = body.Add("Equal", "nms.isBest", [bestClass, numbers]);
        return body.Add("Where", "nms.bestOnly", [isBest, scores, body.Float("nms.zero", 0)]);
    }

    /// <summary>(detections, 2): picture and prediction of what was kept, most confident first.</summary>
    private string Order(string best, string kept)
    {
        var places = body.Add("Gather", "nms.places", [kept, body.Integers("nms.pictureAndRow", 0, 2)], Attribute("axis", 1));
        var confidences = body.Add("Squeeze", "nms.confidences",
            [body.Add("GatherND", "nms.ofKept", [best, places]), body.Integers("nms.second", 1)]);
        var count = body.Add("Shape", "nms.found", [confidences]);
        body.AddOperation("TopK", "nms.sort", [confidences, count], ["nms.sorted", "nms.order"], Attribute("axis", 0),
            Attribute("largest", 1), Attribute("sorted", 1));
        return body.Add("Gather", "nms.ordered", [places, "nms.order"], Attribute("axis", 0));
    }

    private void Emit(string boxes, string best, string bestClass, string places, string output)
    {
        string[] sides = ["nms.center", "nms.size"];
        body.AddOperation("Split", "nms.sides", [body.Add("GatherND", "nms.keptBoxes", [boxes, places]), body.Integers("nms.halves", 2, 2)],
            sides, Attribute("axis", 1));
        var reach = body.Add("Mul", "nms.reach", [sides[1], body.Float("nms.half", 0.5f)]);
        string[] pictureAndRow = ["nms.picture", "nms.row"];
        body.AddOperation("Split", "nms.columns", [places, body.Integers("nms.single", 1, 1)], pictureAndRow, Attribute("axis", 1));
        body.Add(
            "Concat", output,
            [
                AsFloat("nms.pictures", pictureAndRow[0]),
                body.Add("Sub", "nms.topLeft", [sides[0], reach]),
                body.Add("Add", "nms.bottomRight", [sides[0], reach]),
                body.Add("GatherND", "nms.keptConfidences", [best, places]),
                AsFloat("nms.labels", body.Add("GatherND", "nms.keptClasses", [bestClass, places])),
            ],
            Attribute("axis", 1));
    }

    private string AsFloat(string name, string input) =>
        body.Add("Cast", name, [input], Attribute("to", (long)Onnx.TensorProto.Types.DataType.Float));
}
