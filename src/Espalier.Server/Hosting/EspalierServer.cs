using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Espalier.Core;
using Espalier.Server.Hosting;
using Espalier.Server.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Espalier.Server;

/// <summary>A server of its own: Kestrel with <see cref="EspalierServices.MapEspalier"/> and nothing else.</summary>
public sealed class EspalierServer : IAsyncDisposable
{
    // Whoever finds no place must be told so, and for that needs a connection; only those far beyond are cut off.
    private const int LeastConnections = 2000;
    private const int ConnectionsAPlace = 16;

    private readonly WebApplication _application;

    private EspalierServer(WebApplication application) => _application = application;

    /// <summary>Where it listens, such as <c>http://127.0.0.1:8080</c>.</summary>
    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>The names of the models.</summary>
    public IReadOnlyList<string> Models => [.. _application.Services.GetRequiredService<ModelShelf>().Models.Select(model => model.Name)];

    /// <summary>Opens the models and begins to listen.</summary>
    /// <param name="options">What, where and how much.</param>
    /// <param name="say">Takes notes for whoever runs it, a sentence each: models that come, go or fail, requests that failed; null for
    /// nobody.</param>
    /// <param name="cancellation">Ends the starting.</param>
    /// <exception cref="OptionException">A value is outside its range.</exception>
    /// <exception cref="EspalierException">A model cannot be opened, or the address cannot be listened on.</exception>
    public static async Task<EspalierServer> Start(ServerOptions options, Action<string>? say = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var address = await Resolve(options.Host, cancellation);
        // On another thread than what builds the server, which takes as long: the first answer comes the sooner.
        var shelf = new ModelShelf(options, LogOf(say));
        var opening = Task.Run(shelf.Open, cancellation);
        _ = opening.ContinueWith(_ => WarmUp.Look(shelf.Models), cancellation, TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        // The builders that read and watch settings would listen elsewhere because of a file that happens to lie in the folder.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.Logging.SetMinimumLevel(LogLevel.Critical).AddFilter("Espalier", LogLevel.Information);
        if (say is not null) builder.Logging.AddProvider(new SayingLoggerProvider(say));
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.Timeout));
        // A page of another host whose name was made to point here must not read this machine's models.
        string[] names = IPAddress.IsLoopback(address) ? ["localhost", "127.0.0.1", "[::1]", options.Host] : ["*"];
        builder.Services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = names);
        builder.Services.AddEspalier(options);
        builder.Services.AddSingleton(_ => shelf);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = Math.Max(LeastConnections, (long)options.Queue * ConnectionsAPlace);
            kestrel.Limits.MaxRequestBodySize = options.MaximumBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.Timeout);
            kestrel.Listen(address, options.Port);
        });
        var application = builder.Build();
        try
        {
            application.UseHostFiltering();
            // Who knows the port may ask before the models are open.
            application.Use(next => context => opening.IsCompletedSuccessfully ? next(context) : Wait(opening, next, context));
            application.MapUnopened();
            // Workers keep threads busy; the rest of the server must not wait for the pool to grow.
            ThreadPool.GetMinThreads(out var threads, out var ports);
            ThreadPool.SetMinThreads(Math.Max(threads, (2 * Math.Max(options.Workers, Environment.ProcessorCount)) + 4), ports);
            await application.StartAsync(cancellation);
            if (options.Models.Count > 0) WarmUp.Formats();
            await opening;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await using (application) await opening; // Where a model cannot be opened either, that is said.
            var reason = FileProblem.Reason(exception.GetBaseException());
            throw new EspalierException(string.Create(CultureInfo.InvariantCulture,
                $"Cannot listen on {options.Host}:{options.Port}: {reason}."), exception);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new EspalierServer(application);
    }

    private static async Task Wait(Task opening, RequestDelegate next, HttpContext context)
    {
        await opening.WaitAsync(context.RequestAborted);
        await next(context);
    }

    /// <summary>Takes no new requests and waits, up to <see cref="ServerOptions.Timeout"/>, for those under way.</summary>
    public Task Stop() => _application.StopAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static ILogger<ModelShelf> LogOf(Action<string>? say) =>
        say is null ? NullLogger<ModelShelf>.Instance : new Logger<ModelShelf>(new LoggerFactory([new SayingLoggerProvider(say)]));

    private static async Task<IPAddress> Resolve(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        try
        {
            var found = await Dns.GetHostAddressesAsync(host, cancellation);
            return Array.Find(found, one => one.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new OptionException($"--host is an address or a name of this machine, not '{host}'.");
        }
    }

    /// <summary>Whoever started it listens to signals.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class SayingLoggerProvider(Action<string> say) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            say(exception is null ? formatter(state, null) : $"{formatter(state, null)}: {exception.Message}");

        public void Dispose()
        {
        }
    }
}
