using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Espalier.Training.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Tests;

public class NumberArithmeticTests
{
    [Fact]
    public void Numbers_reach_libtorch_in_no_other_way()
    {
        using var file = new PEReader(File.OpenRead(typeof(ExecutableNetwork).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var conversions = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => metadata.GetString(member.Name) == "op_Implicit" && member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name));
        var operators = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => metadata.GetString(member.Name).StartsWith("op_", StringComparison.Ordinal) && TakesNumber(metadata, member))
            .Select(member => metadata.GetString(member.Name));

        // Sums of tensors pass a factor, which TorchSharp makes itself unless it is given: by name, with tensor and factor.
        var sums = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => IsOfTensor(metadata, member) && metadata.GetString(member.Name) is "op_Addition" or "add" or "add_")
            .Where(member => IsOfTensor(metadata, member)
                && (metadata.GetString(member.Name).StartsWith("op_", StringComparison.Ordinal) || ParameterCount(metadata, member) != 2))
            .Select(member => metadata.GetString(member.Name));

        // A square is a power of 2 in TorchSharp, made inside.
        var squares = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => IsOfTensor(metadata, member) && metadata.GetString(member.Name) is "square" or "square_");

        Assert.Empty(squares);
        Assert.DoesNotContain(nameof(Scalar), conversions);
        Assert.Empty(operators);
        Assert.Empty(sums);
    }

    [Fact]
    public void Each_does_what_it_says()
    {
        using var scope = NewDisposeScope();
        Tensor Two() => tensor([-2f, 4f]);
        (Tensor Result, float[] Expected)[] cases =
        [
            (Two().Plus(1), [-1, 5]), (Two().Plus(Two()), [-4, 8]), (Two().Accumulate(Two()), [-4, 8]), (Two().Times(3), [-6, 12]),
            (Two().Complement(), [3, -3]), (Two().ToPower(2), [4, 16]), (Two().Squared(), [4, 16]), (Two().AtLeast(1), [1, 4]),
            (Two().LeakyReLU(0.5, inPlace: false), [-1, 4]), (Two().LeakyReLU(0.5, inPlace: true), [-1, 4]), (Two().Multiply(3), [-6, 12]),
            (Two().Divide(4), [-0.5f, 1]),
            (Two().Add(1), [-1, 5]), (Two().Add(Two(), 2), [-6, 12]), (Two().AddProduct(Two(), Two(), 0.5), [0, 12]),
            (Two().AddQuotient(Two(), Two(), 3), [1, 7]),
        ];

        Assert.All(cases, item => Assert.Equal(item.Expected, item.Result.data<float>().ToArray()));
    }

    private static bool IsOfTensor(MetadataReader metadata, MemberReference member) =>
        member.Parent.Kind == HandleKind.TypeReference
            && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name) == nameof(Tensor);

    private static int ParameterCount(MetadataReader metadata, MemberReference member)
    {
        var signature = metadata.GetBlobReader(member.Signature);
        return signature.ReadSignatureHeader().Kind == SignatureKind.Method ? signature.ReadCompressedInteger() : 0;
    }

    /// <summary>Whether a method's parameters include a number; tensors' operators with numbers make scalars inside.</summary>
    private static bool TakesNumber(MetadataReader metadata, MemberReference member)
    {
        if (!IsOfTensor(metadata, member)) return false;
        var signature = metadata.GetBlobReader(member.Signature);
        var header = signature.ReadSignatureHeader();
        if (header.Kind != SignatureKind.Method) return false;
        var bytes = signature.ReadBytes(signature.RemainingBytes);

        // ECMA-335, II.23.1.16: I1 … R8 are 4 … 13; 0x12 (class) is followed by a compressed token, which is skipped with it.
        var position = 1;
        while (position < bytes.Length)
        {
            var code = bytes[position++];
            if (code is >= 4 and <= 13) return true;
            if (code is 0x11 or 0x12) position += (bytes[position] & 0x80) == 0 ? 1 : (bytes[position] & 0x40) == 0 ? 2 : 4;
        }

        return false;
    }
}
