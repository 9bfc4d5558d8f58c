using System.Net;
using System.Net.Http.Json;
using Espalier.Runtime;
using Espalier.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Espalier.Tests;

/// <summary>The few lines of the packages' readmes in a web server as it is without any setting, over a connection.</summary>
public sealed class WebApplicationTests
{
    [Fact]
    public async Task An_upload_is_read_by_the_service_as_it_comes()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHouseNumberReader(new NumberReadingOptions { Acceptance = 0 }, new DetectorOptions { Threads = 1 });
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 1 << 20);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost("/read", async (Stream body, HouseNumberReader reader, CancellationToken stop) =>
            reader.Read(await PictureReader.ReadAsync(body, cancellationToken: stop)).Select(number => number.Text));
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = _ => Task.CompletedTask,
            StatusCodeSelector = failure => (failure as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError,
        });
        await app.StartAsync(cancelled);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.ExpectContinue = true;

        var house = await client.PostAsync("/read", new ByteArrayContent(await File.ReadAllBytesAsync(
            Repository.PathOf("samples", "house.jpg"), cancelled)), cancelled);
        var large = await client.PostAsync("/read", new ByteArrayContent(new byte[(1 << 20) + 1]), cancelled);

        Assert.Equal(["124"], (await house.Content.ReadFromJsonAsync<string[]>(cancelled))!);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public void The_reader_needs_no_file_as_a_service_and_is_one_for_all()
    {
        using var services = new ServiceCollection().AddHouseNumberReader().BuildServiceProvider();

        Assert.Same(services.GetRequiredService<HouseNumberReader>(), services.GetRequiredService<HouseNumberReader>());
    }
}
