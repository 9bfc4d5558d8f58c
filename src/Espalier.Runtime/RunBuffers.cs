using System.Runtime.InteropServices;
using Espalier.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Espalier.Runtime;

/// <summary>Memory for one call at one shape, bound to the session once and used again and again. One thread at a time.</summary>
internal sealed class RunBuffers : IDisposable
{
    /// <summary>Bytes of a pixel where a network takes bytes: red, green, blue, and one that counts for nothing.</summary>
    public const int BytesAPixel = 4;

    private const int Channels = 3;

    private readonly OrtIoBinding _binding;
    private readonly OrtValue _inputValue;
    private readonly float[] _planes = [];
    private readonly Float16[] _halfPlanes = [];
    private readonly byte[] _pixels = [];
    private readonly byte[] _picture;
    private OrtValue? _outputValue;
    private float[] _output = [];
    private Float16[] _halfOutput = [];
    private long[] _outputShape = [];

    /// <summary>Binds the input; the output is bound at the first run, when its shape is known.</summary>
    public RunBuffers(InferenceSession session, NetworkFacts facts, int batch, int height, int width)
    {
        (Batch, Height, Width) = (batch, height, width);
        _picture = new byte[checked(height * width * Channels)];
        switch (facts.InputKind)
        {
            case InputKind.Floats:
                _planes = GC.AllocateArray<float>(checked(batch * _picture.Length), pinned: true);
                _inputValue = OrtValue.CreateTensorValueFromMemory(_planes, [batch, Channels, height, width]);
                break;
            case InputKind.Halves:
                _halfPlanes = GC.AllocateArray<Float16>(checked(batch * _picture.Length), pinned: true);
                _inputValue = OrtValue.CreateTensorValueFromMemory(_halfPlanes, [batch, Channels, height, width]);
                break;
            default:
                _pixels = GC.AllocateArray<byte>(checked(batch * height * width * BytesAPixel), pinned: true);
                _inputValue = OrtValue.CreateTensorValueFromMemory(_pixels, [batch, height, width, BytesAPixel]);
                break;
        }

        _binding = session.CreateIoBinding();
        _binding.BindInput(facts.Input, _inputValue);
    }

    public int Batch { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>How much memory it takes.</summary>
    public long Bytes => ((long)sizeof(float) * (_planes.Length + _output.Length)) + (2L * (_halfPlanes.Length + _halfOutput.Length))
        + _pixels.Length + _picture.Length;

    /// <summary>Whether a run failed, so that nobody should use them again.</summary>
    public bool IsSpoiled { get; private set; }

    /// <summary>The input tensor's memory.</summary>
    public Span<byte> Input => _planes.Length > 0 ? MemoryMarshal.AsBytes(_planes.AsSpan()) : _halfPlanes.Length > 0
        ? MemoryMarshal.AsBytes(_halfPlanes.AsSpan()) : _pixels;

    /// <summary>What the last run gave.</summary>
    public ReadOnlySpan<float> Output => _output;

    /// <summary>Lengths of <see cref="Output"/>.</summary>
    public ReadOnlySpan<long> OutputShape => _outputShape;

    /// <summary>Letterboxes a picture into a place of the batch.</summary>
    public void Fill(int place, Picture picture, Letterbox letterbox, ResizeFilter filter)
    {
        letterbox.ApplyTo(picture, _picture, filter);
        Fill(place, _picture);
    }

    /// <summary>Takes a letterboxed picture, (height, width, 3) bytes, into a place of the batch.</summary>
    public void Fill(int place, ReadOnlySpan<byte> picture)
    {
        var pixels = Height * Width;
        if (_planes.Length > 0) PlanarPixels.FromInterleaved(picture, _planes.AsSpan(place * pixels * Channels, pixels * Channels));
        else if (_halfPlanes.Length > 0)
            PlanarPixels.FromInterleaved(picture,
                MemoryMarshal.Cast<Float16, Half>(_halfPlanes.AsSpan(place * pixels * Channels, pixels * Channels)));
        else PackedPixels.FromInterleaved(picture, _pixels.AsSpan(place * pixels * BytesAPixel, pixels * BytesAPixel));
    }

    /// <summary>Runs the network on what was filled in.</summary>
    public void Run(InferenceSession session, NetworkFacts facts, RunOptions options)
    {
        IsSpoiled = true;
        if (_outputValue is not null)
        {
            session.RunWithBinding(options, _binding);
            if (_halfOutput.Length > 0) FloatNumbers.Widen(_halfOutput, _output);
        }
        else
        {
            using var results = session.Run(options, [facts.Input], [_inputValue], [facts.Layout.Name]);
            _output = FloatNumbers.Of(results[0]);
            _outputShape = results[0].GetTensorTypeAndShape().Shape;

            // Where the file suppresses by itself, how many rows there are differs from run to run.
            if (facts.Suppression is null) Bind(results[0], facts.Layout.Name);
        }

        IsSpoiled = false;
    }

    private void Bind(OrtValue result, string name)
    {
        var about = result.GetTensorTypeAndShape();
        if (about.ElementDataType == TensorElementType.Float16)
        {
            _halfOutput = GC.AllocateUninitializedArray<Float16>(_output.Length, pinned: true);
            _outputValue = OrtValue.CreateTensorValueFromMemory(_halfOutput, about.Shape);
        }
        else
        {
            var pinned = GC.AllocateUninitializedArray<float>(_output.Length, pinned: true);
            _output.CopyTo(pinned, 0);
            _output = pinned;
            _outputValue = OrtValue.CreateTensorValueFromMemory(_output, about.Shape);
        }

        _binding.BindOutput(name, _outputValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        _inputValue.Dispose();
        _outputValue?.Dispose();
    }
}
