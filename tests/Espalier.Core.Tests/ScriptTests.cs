using System.Diagnostics;

namespace Espalier.Tests;

/// <summary>The script in the repository's root that builds the command and runs it, with a dotnet that says what it was told.</summary>
public sealed class ScriptTests : IDisposable
{
    private const string Dotnet = """
        #!/usr/bin/env bash
        if [ "$1" != build ]; then echo "${*:2}"; exit 0; fi
        echo "a word of the build's: $*"
        [ -z "${BUILD_FAILS:-}" ] || exit 1
        mkdir -p "$2/bin/Release/net10.0" && touch "$2/bin/Release/net10.0/espalier.dll"
        """;

    private readonly TemporaryFolder _folder = new();

    public ScriptTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the script of Windows is another one");
        if (OperatingSystem.IsWindows()) return; // What the compiler does not know of the line above.
        foreach (var folder in (string[])["src", "path"]) Directory.CreateDirectory(_folder.File(folder));
        File.WriteAllText(_folder.File("Directory.Build.props"), "");
        File.WriteAllText(_folder.File("path", "dotnet"), Dotnet);
        File.Copy(Repository.PathOf("espalier"), _folder.File("espalier"));
        foreach (var script in (string[])[_folder.File("path", "dotnet"), _folder.File("espalier")])
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_run_says_that_it_builds_and_no_more_and_the_second_nothing()
    {
        Assert.Equal((0, "read house.jpg\n", "building espalier (the first time: some minutes) ...\n"), await Run());
        Assert.Equal((0, "read house.jpg\n", ""), await Run());
    }

    [Fact]
    public async Task A_build_that_fails_says_why()
    {
        var (code, output, error) = await Run(("BUILD_FAILS", "yes"));

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("a word of the build's: build", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("src", "Espalier.Cli")));
    }

    private async Task<(int Code, string Output, string Error)> Run(params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(_folder.File("espalier"), ["read", "house.jpg"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder.File("path")}:{start.Environment["PATH"]}";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var cancelled = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancelled), process.StandardError.ReadToEndAsync(cancelled));
        await process.WaitForExitAsync(cancelled);
        return (process.ExitCode, await output, await error);
    }
}
