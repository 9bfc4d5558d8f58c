using Espalier.Core;
using Microsoft.Extensions.Hosting;

namespace Espalier.Server.Models;

/// <summary>
/// Has the shelf look at its files every second. Notices of the file system would be sooner, but network and container mounts do not send
/// them.
/// </summary>
internal sealed class ModelWatcher(ModelShelf shelf, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Refresh();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An application that is disposed of without having been stopped would take this for a failure.
        }
    }

    private void Refresh()
    {
        try
        {
            shelf.Refresh();
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            // A folder that cannot be listed now may be in a second; what is in service stays so.
        }
    }
}
