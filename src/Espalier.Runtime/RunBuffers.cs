using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime;

/// <summary>Memory for one call at one shape, bound to the session once and used again and again. One thread at a time.</summary>
internal sealed class RunBuffers : IDisposable
{
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _inputValue;
    private OrtValue? _outputValue;
    private float[] _output = [];
    private long[] _outputShape = [];

    /// <summary>Binds the input; the output is bound at the first run, when its shape is known.</summary>
    public RunBuffers(InferenceSession session, NetworkFacts facts, int batch, int height, int width)
    {
        (Batch, Height, Width) = (batch, height, width);
        Input = GC.AllocateArray<float>(checked(batch * 3 * height * width), pinned: true);
        _inputValue = OrtValue.CreateTensorValueFromMemory(Input, [batch, 3, height, width]);
        _binding = session.CreateIoBinding();
        _binding.BindInput(facts.Input, _inputValue);
    }

    public int Batch { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>(batch, 3, height, width), 0…1: to be filled.</summary>
    public float[] Input { get; }

    /// <summary>The floats of one picture of <see cref="Input"/>.</summary>
    public Span<float> InputOf(int picture) => Input.AsSpan(picture * 3 * Height * Width, 3 * Height * Width);

    /// <summary>What the last run gave.</summary>
    public ReadOnlySpan<float> Output => _output;

    /// <summary>Lengths of <see cref="Output"/>.</summary>
    public ReadOnlySpan<long> OutputShape => _outputShape;

    /// <summary>Runs the network on <see cref="Input"/>.</summary>
    public void Run(InferenceSession session, NetworkFacts facts, RunOptions options)
    {
        if (_outputValue is not null)
        {
            session.RunWithBinding(options, _binding);
            return;
        }

        using var results = session.Run(options, [facts.Input], [_inputValue], [facts.Output]);
        var result = results[0];
        _outputShape = result.GetTensorTypeAndShape().Shape;
        if (facts.Suppression is not null)
        {
            _output = result.GetTensorDataAsSpan<float>().ToArray(); // How many rows there are differs from run to run.
            return;
        }

        _output = GC.AllocateUninitializedArray<float>(result.GetTensorDataAsSpan<float>().Length, pinned: true);
        result.GetTensorDataAsSpan<float>().CopyTo(_output);
        _outputValue = OrtValue.CreateTensorValueFromMemory(_output, _outputShape);
        _binding.BindOutput(facts.Output, _outputValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        _inputValue.Dispose();
        _outputValue?.Dispose();
    }
}
