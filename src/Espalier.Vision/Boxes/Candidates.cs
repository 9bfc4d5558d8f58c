using System.Buffers;
using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Vision;

/// <summary>
/// The predictions above the confidence threshold, each as one number to sort by: the inverted bits of its confidence
/// (positive floats order as their bits do), then row × classes + class.
/// </summary>
internal ref struct Candidates
{
    private readonly NmsOptions _options;
    private ulong[] _keys;
    private int _count;
    private int _broken;

    /// <summary>Gathers them.</summary>
    public Candidates(ReadOnlySpan<float> predictions, int classCount, NmsOptions options)
    {
        _options = options;
        _keys = ArrayPool<ulong>.Shared.Rent(1024);
        var wanted = Wanted(options.Classes, classCount);
        var columns = NonMaximumSuppression.BoxAndObjectness + classCount;
        uint index = 0;
        for (var start = 0; start < predictions.Length; start += columns, index += (uint)classCount)
        {
            var objectness = predictions[start + 4];
            if (objectness <= options.Confidence) continue; // Most rows end here.
            var box = predictions.Slice(start, 4);
            var probabilities = predictions.Slice(start + NonMaximumSuppression.BoxAndObjectness, classCount);

            var isBox = float.IsFinite(Sum(box) + objectness);
            if (!isBox || !float.IsFinite(Sum(probabilities))) _broken++;
            if (!isBox) continue; // It can be neither drawn nor compared.
            if (options.MultiLabel) AddEvery(probabilities, objectness, index, wanted);
            else AddBest(probabilities, objectness, index, wanted);
        }
    }

    /// <summary>Rows that were left out, or lost a class, for being no numbers;
    /// those that were left out for their objectness do not count.</summary>
    public readonly int Broken => _broken;

    /// <summary>The most confident candidates first, at most <see cref="NmsOptions.MaximumCandidates"/>.</summary>
    public readonly ReadOnlySpan<ulong> SortedKeys()
    {
        var keys = _keys.AsSpan(0, _count);
        keys.Sort();
        return keys[..Math.Min(_count, _options.MaximumCandidates)];
    }

    /// <summary>Gives the buffer back.</summary>
    public readonly void Dispose() => ArrayPool<ulong>.Shared.Return(_keys);

    /// <summary>The detection that a key stands for.</summary>
    public static Detection ToDetection(ulong key, ReadOnlySpan<float> predictions, int classCount)
    {
        var (row, index) = Math.DivRem((uint)key, (uint)classCount);
        var box = predictions.Slice((int)row * (NonMaximumSuppression.BoxAndObjectness + classCount), 4);
        var confidence = BitConverter.UInt32BitsToSingle(~(uint)(key >> 32));
        return new(Box.FromCenter(box[0], box[1], box[2], box[3]), confidence, (int)index);
    }

    private void AddEvery(ReadOnlySpan<float> probabilities, float objectness, uint index, bool[]? wanted)
    {
        for (var i = 0; i < probabilities.Length; i++)
        {
            var confidence = probabilities[i] * objectness;
            if (confidence > _options.Confidence && float.IsFinite(confidence) && (wanted is null || wanted[i]))
                Add(confidence, index + (uint)i);
        }
    }

    private void AddBest(ReadOnlySpan<float> probabilities, float objectness, uint index, bool[]? wanted)
    {
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            if (probabilities[i] > probabilities[best] || float.IsNaN(probabilities[best])) best = i;
        }

        var confidence = probabilities[best] * objectness;
        if (confidence > _options.Confidence && float.IsFinite(confidence) && (wanted is null || wanted[best]))
            Add(confidence, index + (uint)best);
    }

    private void Add(float confidence, uint index)
    {
        if (_count == _keys.Length)
        {
            var larger = ArrayPool<ulong>.Shared.Rent(_count * 2);
            _keys.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<ulong>.Shared.Return(_keys);
            _keys = larger;
        }

        _keys[_count++] = (ulong)~BitConverter.SingleToUInt32Bits(confidence) << 32 | index;
    }

    /// <summary>No number where one of them is none.</summary>
    private static float Sum(ReadOnlySpan<float> numbers)
    {
        var sum = 0f;
        foreach (var number in numbers) sum += number;
        return sum;
    }

    private static bool[]? Wanted(IReadOnlyList<int>? classes, int classCount)
    {
        if (classes is null) return null;
        var wanted = new bool[classCount];
        foreach (var index in classes)
        {
            OptionException.ThrowIfOutside(index, 0, classCount - 1, "A class");
            wanted[index] = true;
        }

        return wanted;
    }
}
