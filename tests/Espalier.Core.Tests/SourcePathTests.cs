using System.Reflection.PortableExecutable;
using Espalier.Core;

namespace Espalier.Vision.Tests;

public sealed class SourcePathTests
{
    [Fact]
    public void An_assembly_does_not_tell_where_it_was_built()
    {
        using var assembly = new PEReader(File.OpenRead(typeof(AtomicFile).Assembly.Location));
        var symbols = assembly.ReadDebugDirectory().First(entry => entry.Type == DebugDirectoryEntryType.CodeView);

        Assert.StartsWith("/_/src/Espalier.Core/", assembly.ReadCodeViewDebugDirectoryData(symbols).Path, StringComparison.Ordinal);
    }
}
