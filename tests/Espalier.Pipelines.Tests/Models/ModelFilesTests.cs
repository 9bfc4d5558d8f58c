using Espalier.HouseNumbers;
using Espalier.Pipelines.Models;

namespace Espalier.Pipelines.Tests.Models;

/// <summary>What a user calls a model, as files.</summary>
public class ModelFilesTests
{
    [Fact]
    public void What_is_made_of_weights_lies_beside_them_and_of_the_shipped_ones_in_the_working_folder()
    {
        Assert.Equal(Path.Combine("runs", "best.onnx"), ModelFiles.OutputOf(Path.Combine("runs", "best.safetensors"), ".onnx"));
        Assert.Equal("house-numbers.int8.onnx", ModelFiles.OutputOf(ModelFiles.CheckpointFile(HouseNumberModel.Name), ".int8.onnx"));
    }
}
