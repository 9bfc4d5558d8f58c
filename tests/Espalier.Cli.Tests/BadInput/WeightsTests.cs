using System.IO.Compression;
using System.Text;

namespace Espalier.Tests.BadInput;

/// <summary>Weights that are damaged, foreign or hostile.</summary>
public class WeightsTests(TrainedRun trained)
{
    [Theory]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void Checkpoint_with_a_flipped_byte(int place)
    {
        using var workspace = new Workspace();
        var bytes = File.ReadAllBytes(trained.Best);
        bytes[place] ^= 0x10;

        Refused(workspace, workspace.Write("best.safetensors", bytes), "");
    }

    [Fact]
    public void Folder_in_place_of_a_file()
    {
        using var workspace = new Workspace();
        foreach (var name in (string[])["best.onnx", "best.safetensors"])
        {
            Directory.CreateDirectory(workspace.At(name));

            Assert.StartsWith($"'{workspace.At(name)}' is a folder; ", workspace.PredictionRefusal(workspace.At(name), trained.Pictures), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Onnx_file_where_weights_are_wanted()
    {
        using var workspace = new Workspace();
        var file = workspace.Write("best.onnx", [8, 7]);
        string[] refusals =
        [
            workspace.TrainingRefusal(trained.Data, "--weights", file),
            workspace.Refusal("prune", file, "--data", trained.Data, "--keep-flops", "0.8", "--project", workspace.Project),
        ];

        Assert.All(refusals, refusal => Assert.Equal(
            $"'{file}' is an ONNX file, which is made to be run: what is trained, pruned or exported is a checkpoint, a safetensors file or a .pt.", refusal));
    }

    [Theory]
    [InlineData("best.engine", "TensorRT")]
    [InlineData("best-fp16.tflite", "TensorFlow Lite")]
    [InlineData("best.mlmodel", "Core ML")]
    [InlineData("best.XML", "OpenVINO")]
    public void What_another_program_runs_is_called_by_its_name(string name, string program)
    {
        using var workspace = new Workspace();
        var file = workspace.Write(name, [8, 7]);

        Assert.Equal(
            $"'{file}' is a file for {program}; take the best.pt that it was exported from, or an ONNX file of it to be run.",
            workspace.PredictionRefusal(file, trained.Pictures));
    }

    [Fact]
    public void Truncated_checkpoint()
    {
        using var workspace = new Workspace();

        Refused(workspace, workspace.Write("best.safetensors", File.ReadAllBytes(trained.Best)[..500_000]), "");
    }

    [Fact]
    public void Safetensors_of_something_else()
    {
        using var workspace = new Workspace();
        var header = """{"encoder.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"""u8;

        Refused(workspace, workspace.Write("other.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[8]]), "");
    }

    [Fact]
    public void Text_that_is_called_weights()
    {
        using var workspace = new Workspace();

        Refused(workspace, workspace.Write("best.safetensors", "these are no weights"), "");
        Refused(workspace, workspace.Write("best.pt", "these are no weights"), "");
        Refused(workspace, workspace.Write("empty.pt", ""), "");
    }

    [Fact]
    public void Pickle_that_wants_to_run_something()
    {
        using var workspace = new Workspace();
        var marker = workspace.At("was-run");

        Refused(workspace, workspace.Write("evil.pt", Pickle($"touch {marker}")), "asks for 'os.system'");
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public void Best_cannot_be_resumed()
    {
        using var workspace = new Workspace();

        Assert.Contains("only last.safetensors can be resumed", workspace.Refusal("train", "--resume", trained.Best), StringComparison.Ordinal);
    }

    private void Refused(Workspace workspace, string weights, string reason)
    {
        string[] sentences =
        [
            workspace.PredictionRefusal(weights, trained.Pictures),
            workspace.Refusal("validate", weights, "--data", trained.Data),
            workspace.Refusal("model", weights),
            workspace.TrainingRefusal(trained.Data, "--weights", weights),
        ];
        Assert.All(sentences, sentence =>
        {
            Assert.Contains(weights, sentence, StringComparison.Ordinal);
            Assert.Contains(reason, sentence, StringComparison.Ordinal);
        });
    }

    /// <summary>A <c>.pt</c> whose unpickling would call <c>os.system</c>.</summary>
    private static byte[] Pickle(string command)
    {
        var text = Encoding.ASCII.GetBytes(command);
        byte[] pickle = [0x80, 2, .. "cos\nsystem\n(X"u8, .. BitConverter.GetBytes(text.Length), .. text, .. "tR."u8];
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open();
            entry.Write(pickle);
        }

        return stream.ToArray();
    }
}
