using System.Diagnostics;
using System.Globalization;

namespace Espalier.ServerLoad;

/// <summary>A server in a process of its own, on a free port.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts one and waits until it listens.</summary>
    public ServerProcess(string command, params string[] options)
    {
        _process = Process.Start(new ProcessStartInfo(command, ["serve", "--port", "0", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The server did not start.");
        Port = new Uri(line.Split(' ')[0]).Port;
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Megabytes that it holds in memory.</summary>
    public double Megabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
    }

    /// <summary>Seconds of processors that it has used.</summary>
    public double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>A value that <c>/metrics</c> says.</summary>
    public double Metric(string name)
    {
        using var connection = new Connection(Port);
        var line = connection.Ask(Connection.Get("/metrics")).Text.Split('\n')
            .First(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
