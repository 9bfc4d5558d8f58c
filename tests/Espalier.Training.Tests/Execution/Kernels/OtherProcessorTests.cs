using System.Diagnostics;

namespace Espalier.Tests.Execution.Kernels;

/// <summary>Every test of the kernels once more in processes that may use fewer of this processor's instructions, as if they ran on
/// another.</summary>
public class OtherProcessorTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Kernels_pass_their_tests_without(string instructions)
    {
        var assembly = typeof(OtherProcessorTests).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        // A test program is started by itself or by dotnet, which is then told what to run.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(assembly);
        foreach (var argument in (string[])["-noLogo", "-noColor", "-class", "*.FloatVectorTests", "-class", "*.ActivationKernelTests",
            "-class", "*.NormKernelTests", "-class", "*.NormRecordTests"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[instructions] = "0";
        // How this process was started must not decide what the other prints.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("TESTINGPLATFORM", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.DoesNotContain("Total: 0", output, StringComparison.Ordinal);
    }
}
