using System.Buffers;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Vision;

namespace Espalier.Runtime;

/// <summary>Detections out of what a network gave: by suppressing its predictions, or from rows that it suppressed itself.</summary>
internal sealed class DetectionReader
{
    private const int Columns = 7;

    private readonly NmsOptions _suppression;
    private readonly int _classes;
    private readonly bool _isSuppressed;
    private readonly RowDecoder? _decoder;
    private long _broken;

    /// <summary>A reader for a network.</summary>
    /// <param name="facts">What the file promises.</param>
    /// <param name="wanted">Which detections are kept; null for the usual ones, or the file's own.</param>
    /// <exception cref="OptionException">What is wanted is not to be had from the file.</exception>
    public DetectionReader(NetworkFacts facts, NmsOptions? wanted)
    {
        _classes = facts.ClassNames.Length;
        _isSuppressed = facts.Layout.Kind == OutputKind.Detections;
        _decoder = RowDecoder.For(facts);
        _suppression = (facts.Layout.Kind, wanted) switch
        {
            (_, null) => facts.SuppressionOr(NmsOptions.ForPrediction),
            (OutputKind.Detections, _) => Within(facts.Suppression!, wanted),
            (OutputKind.EndToEnd, _) => WithoutOverlap(wanted),
            _ => wanted,
        };
        foreach (var index in _suppression.Classes ?? []) OptionException.ThrowIfOutside(index, 0, _classes - 1, "A class");
    }

    /// <summary>How many rows were dropped so far because they hold NaN or infinity.</summary>
    public long Broken => Interlocked.Read(ref _broken);

    /// <summary>The detections of one picture of a run, most confident first; boxes in its own pixels, cut to it.</summary>
    public Detection[] Read(RunBuffers buffers, int picture, Letterbox letterbox)
    {
        var found = _isSuppressed ? Rows(buffers.Output, picture) : Suppressed(buffers, picture);
        for (var i = 0; i < found.Length; i++)
            found[i] = found[i] with { Box = letterbox.ToOriginal(found[i].Box).ClipTo(letterbox.SourceWidth, letterbox.SourceHeight) };
        return found;
    }

    private Detection[] Suppressed(RunBuffers buffers, int picture)
    {
        var length = buffers.Output.Length / buffers.Batch;
        var rows = buffers.Output.Slice(picture * length, length);
        if (_decoder is null) return Suppressed(rows);
        var decoded = ArrayPool<float>.Shared.Rent(_decoder.DecodedLength(length));
        try
        {
            var count = _decoder.DecodeAbove(rows, buffers.Height, buffers.Width, _suppression.Confidence, decoded);
            return Suppressed(decoded.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(decoded);
        }
    }

    private Detection[] Suppressed(ReadOnlySpan<float> rows)
    {
        var found = NonMaximumSuppression.Suppress(rows, _classes, _suppression, out var broken);
        Drop(broken);
        return found;
    }

    private Detection[] Rows(ReadOnlySpan<float> rows, int picture)
    {
        var found = new List<Detection>();
        for (var start = 0; start < rows.Length && found.Count < _suppression.MaximumDetections; start += Columns)
        {
            var row = rows.Slice(start, Columns);
            if (row[0] != picture || row[5] <= _suppression.Confidence) continue;
            if (!float.IsFinite(row[1] + row[2] + row[3] + row[4] + row[5]) || !(row[6] >= 0 && row[6] < _classes))
            {
                Drop(1);
                continue;
            }

            if (_suppression.Classes?.Contains((int)row[6]) != false)
                found.Add(new Detection(new Box(row[1], row[2], row[3], row[4]), row[5], (int)row[6]));
        }

        return [.. found];
    }

    private void Drop(int rows)
    {
        if (rows > 0) Interlocked.Add(ref _broken, rows);
    }

    /// <summary>Every object has one row, so that nothing is suppressed; an overlap that somebody chose would be without effect.</summary>
    private static NmsOptions WithoutOverlap(NmsOptions wanted)
    {
        if (wanted.MultiLabel || wanted.Agnostic || (wanted.IoU < 1 && wanted.IoU != NmsOptions.ForPrediction.IoU))
            throw new OptionException("The network gives every object one row and leaves nothing to suppress: only confidence, classes and "
                + "number of detections can be chosen.");
        return wanted with { IoU = 1 };
    }

    private static NmsOptions Within(NmsOptions inner, NmsOptions wanted)
    {
        const string Inside = "Suppression is inside the file";
        if (wanted.Confidence < inner.Confidence)
            throw new OptionException(FormattableString.Invariant(
                $"{Inside}: the confidence threshold must be within {inner.Confidence}…1, but is {wanted.Confidence}."));
        if (wanted.MaximumDetections > inner.MaximumDetections)
            throw new OptionException(FormattableString.Invariant(
                $"{Inside}: the number of detections must be within 1…{inner.MaximumDetections}, but is {wanted.MaximumDetections}."));
        if (wanted.IoU != inner.IoU)
            throw new OptionException(FormattableString.Invariant(
                $"{Inside}: the IoU threshold is {inner.IoU} and cannot be {wanted.IoU}."));
        if (wanted.Agnostic != inner.Agnostic || wanted.MultiLabel)
            throw new OptionException($"{Inside}, {(inner.Agnostic ? "where classes suppress each other" : "each class for itself")}, one "
                + $"class a prediction; that cannot be changed.");
        return wanted;
    }
}
