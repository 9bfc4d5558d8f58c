using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution.Tapes;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

/// <summary>The kernel of batch normalization and activation against libtorch's operations one after another.</summary>
public class NormRecordTests
{
    private const float Epsilon = 1e-3f;
    private const float Momentum = 0.03f;

    [Property(MaxTest = 60)]
    public void Outputs_gradients_and_statistics_are_libtorchs_whatever_the_shape(byte batch, byte channels, byte rows,
        byte columns, byte kind, bool lieApart)
    {
        var shape = new long[] { 1 + batch % 3, 1 + channels % 40, 1 + rows % 9, 2 + columns % 9 };
        var kinds = Enum.GetValues<ActivationKind>();
        Compare(shape, kinds[kind % kinds.Length], lieApart, threads: 1 + batch % 2);
    }

    [Theory]
    [InlineData(16, 90)]
    [InlineData(48, 70)]
    [InlineData(13, 90)]
    public void Large_tensors_are_divided_among_threads(long channels, long side) =>
        Compare([4, channels, side, side], ActivationKind.SiLU, lieApart: true, threads: 3);

    [Theory]
    [InlineData(2, 16, 1)]
    [InlineData(3, 32, 1)]
    [InlineData(3, 13, 1)]
    [InlineData(2, 16, 3)]
    public void Maps_of_one_column_are_read_right_whatever_stride_it_claims(long batch, long channels, long rows)
    {
        // Where a length is 1 its stride means nothing, and libtorch leaves there what it likes.
        Tensor Claiming(Tensor tensor) => tensor.as_strided(tensor.shape, [rows * channels, 1, rows == 1 ? 1 : channels, 1]);
        Compare([batch, channels, rows, 1], ActivationKind.SiLU, lieApart: false, threads: 1, layout: Claiming);
        Compare([batch, channels, rows, 1], ActivationKind.SiLU, lieApart: true, threads: 1);
    }

    [Theory]
    [InlineData(16, ActivationKind.SiLU)]
    [InlineData(13, ActivationKind.Hardswish)]
    [InlineData(40, ActivationKind.Identity)]
    public void In_bf16_everything_is_the_same_to_eight_bits(long channels, ActivationKind kind) =>
        Compare([2, channels, 9, 11], kind, lieApart: false, threads: 1, bfloat16, 0.03);

    private static void Compare(long[] shape, ActivationKind kind, bool lieApart, int threads, ScalarType? format = null,
        double tolerance = 2e-4, Func<Tensor, Tensor>? layout = null)
    {
        using var scope = NewDisposeScope();
        var generator = new Random((int)(shape[0] * 7 + shape[1] * 31 + shape[2] * 131 + shape[3]));
        var input = Random(generator, shape);
        var incoming = lieApart ? Random(generator, [shape[0], shape[1] + 16, shape[2], shape[3]]).narrow(1, 16, shape[1])
            : Random(generator, shape);
        var channel = new[] { shape[1] };
        Tensor Laid(Tensor tensor) => (layout ?? (same => same))(tensor.to(format ?? float32));
        Tensor Vector(double about) => tensor(Enumerable.Range(0, (int)shape[1]).Select(_ => (float)(about + generator.NextDouble() - 0.5))
            .ToArray(), channel, float32);
        var (weight, bias, mean, variance) = (Vector(1), Vector(0), Vector(0), Vector(1));
        var (expectedMean, expectedVariance) = (mean.clone(), variance.clone());

        var leaf = input.detach().clone().requires_grad_();
        var (leafWeight, leafBias) = (weight.clone().requires_grad_(), bias.clone().requires_grad_());
        var expected = Activate(kind, nn.functional.batch_norm(leaf, expectedMean, expectedVariance, leafWeight, leafBias,
            true, Momentum, Epsilon));
        expected.backward([incoming]);

        var node = new BatchNormNode("norm", 0, [0], (int)shape[1], Epsilon, Momentum);
        var parameters = new NormRecord.ParameterGradients(zeros(channel), zeros(channel));
        using var record = NormRecord.Record(0, Laid(input), node, kind, new NodeState(weight, bias, mean, variance), parameters,
            threads, SingleProcess.Instance, out var output);
        using var gradients = new TapeGradients(1);
        var untouched = incoming.clone();
        record.PlayBack(Laid(incoming), isOwned: false, gradients);
        using var inputGradient = gradients.Take(0, out _)!;
        Assert.True(incoming.equal(untouched).all().item<bool>(), "a gradient that others read was written to");

        RequireClose(tolerance, expected, output, "output");
        RequireClose(tolerance, expectedMean, mean, "running mean");
        RequireClose(tolerance, expectedVariance, variance, "running variance");
        RequireClose(tolerance, leafWeight.grad!, parameters.Scale!, "gradient of the scale");
        RequireClose(tolerance, leafBias.grad!, parameters.Bias!, "gradient of the bias");
        RequireClose(tolerance, leaf.grad!, inputGradient, "gradient of the input");
    }

    private static Tensor Random(Random generator, long[] shape)
    {
        var values = Enumerable.Range(0, (int)(shape[0] * shape[1] * shape[2] * shape[3]))
            .Select(_ => (float)(generator.NextDouble() * 4 - 1)).ToArray();
        return tensor(values, [shape[0], shape[2], shape[3], shape[1]], float32).permute(0, 3, 1, 2);
    }

    private static Tensor Activate(ActivationKind kind, Tensor input) => kind switch
    {
        ActivationKind.SiLU => input.silu(),
        ActivationKind.Hardswish => input.hardswish(),
        ActivationKind.LeakyReLU => nn.functional.leaky_relu(input, 0.1),
        ActivationKind.ReLU => input.relu(),
        ActivationKind.ReLU6 => nn.functional.relu6(input),
        ActivationKind.Mish => nn.functional.mish(input),
        ActivationKind.GELU => nn.functional.gelu(input),
        ActivationKind.ELU => nn.functional.elu(input, 1),
        ActivationKind.Sigmoid => input.sigmoid(),
        ActivationKind.Identity => input,
        _ => throw new NotSupportedException($"{kind} has no row here"),
    };

    private static void RequireClose(double tolerance, Tensor expected, Tensor actual, string what)
    {
        var difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference <= tolerance * Math.Max(1, expected.abs().max().item<float>()), $"{what}: {difference} apart");
    }
}
