using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Espalier.Core;
using Espalier.Training.Native;

namespace Espalier.Tests.Native;

/// <summary>libtorch, fetched where none came along: once, by its digest, whole or not at all.</summary>
public sealed class LibTorchPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_fetched_once_and_its_natives_unpacked()
    {
        var bytes = Package();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var serving = ServeOnce(server, bytes);
        var notes = new List<string>();
        var package = new LibTorchPackage(AddressOf(server), "linux-x64", Convert.ToHexStringLower(SHA256.HashData(bytes)));

        var natives = package.Provide(_folder.File("home"), notes.Add);
        await serving;

        Assert.Equal([Path.Combine(natives, "libc10.so")], Directory.GetFiles(natives));
        Assert.Equal([natives], Directory.GetFileSystemEntries(_folder.File("home")));
        Assert.Equal(natives, package.Provide(_folder.File("home"), notes.Add));
        Assert.Single(notes);
    }

    [Fact]
    public void The_version_is_the_one_that_the_build_restores()
    {
        var package = LibTorchPackage.ForThisSystem();
        Assert.SkipWhen(package is null, "libtorch is not published for this system");

        Assert.Contains($"<LibTorchVersion>{Path.GetFileName(Path.GetDirectoryName(package.Address.AbsolutePath))}</LibTorchVersion>",
            Repository.Text("Directory.Packages.props"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_file_than_the_one_that_is_meant_is_refused_and_not_unpacked()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var serving = ServeOnce(server, Package());
        var package = new LibTorchPackage(AddressOf(server), "linux-x64", new string('0', 64));

        Assert.ThrowsAny<EspalierException>(() => package.Provide(_folder.File("home"), _ => { }));
        await serving;

        Assert.Empty(Directory.GetDirectories(_folder.File("home")));
    }

    private static Uri AddressOf(TcpListener server) => new($"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/package.nupkg");

    private static async Task ServeOnce(TcpListener server, byte[] bytes)
    {
        server.Start();
        using var client = await server.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {bytes.Length}\r\n"
            + "Connection: close\r\n\r\n"));
        await stream.WriteAsync(bytes);
    }

    private static byte[] Package()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in (string[])["lib/readme.txt", "runtimes/linux-x64/native/libc10.so", "runtimes/win-x64/native/c10.dll"])
            {
                using var writer = new StreamWriter(archive.CreateEntry(name).Open());
                writer.Write(name);
            }
        }

        return stream.ToArray();
    }
}
