using Espalier.Runtime;
using Espalier.Vision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// worker --folder FOLDER: reads each photo that is put there, adds its numbers to numbers.csv, a number that cannot be read
// as an empty cell, and moves it to done/, or to refused/ if it is no picture.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHouseNumberReader(detector: new DetectorOptions { Threads = 1, Spinning = false });
builder.Services.AddHostedService<FolderReader>();
await builder.Build().RunAsync();

internal sealed class FolderReader(HouseNumberReader reader, IConfiguration configuration, ILogger<FolderReader> log) : BackgroundService
{
    private readonly string _folder = configuration["folder"] ?? throw new ArgumentException("Say --folder FOLDER.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Looking is slower than being told, and holds on network drives and in containers too.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            foreach (var photo in Directory.EnumerateFiles(_folder).Where(IsWholePhoto).Order(StringComparer.Ordinal))
            {
                stoppingToken.ThrowIfCancellationRequested();
                Read(photo);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // One that was written to a moment ago may still be arriving.
    private static bool IsWholePhoto(string file) =>
        PictureReader.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant())
        && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > TimeSpan.FromSeconds(1);

    private void Read(string photo)
    {
        var name = Path.GetFileName(photo);
        try
        {
            var numbers = reader.Read(PictureReader.Read(photo));

            // Rows before the move: a photo whose worker is stopped in between is read twice rather than lost.
            File.AppendAllLines(Path.Combine(_folder, "numbers.csv"), numbers.Select(number =>
                FormattableString.Invariant($"\"{name}\",{(number.IsAccepted ? number.Text : "")},{number.Confidence:0.000}")));
            Move(photo, "done");
            log.LogInformation("{Photo}: {Numbers}", name, numbers.Select(number => number.IsAccepted ? number.Text : "cannot read"));
        }
        catch (PictureException exception)
        {
            log.LogWarning("{Reason}", exception.Message);
            Move(photo, "refused");
        }
    }

    private void Move(string photo, string folder)
    {
        var target = Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName;
        File.Move(photo, Path.Combine(target, Path.GetFileName(photo)), overwrite: true);
    }
}
