using Espalier.HouseNumbers;
using Espalier.Runtime;
using Espalier.Vision;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The reader of house numbers as a service that needs no file.</summary>
public static class HouseNumberServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="HouseNumberReader"/> over the detector that comes with this package: one for the whole application,
    /// for any number of requests at once, opened when it is first asked for and closed with the application.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">How digits become numbers; the standards if null.</param>
    /// <param name="detector">How pictures are looked at. On a server: <c>Threads = 1, Spinning = false</c>.</param>
    public static IServiceCollection AddHouseNumberReader(this IServiceCollection services,
        NumberReadingOptions? options = null, DetectorOptions? detector = null) =>
        services.AddSingleton(_ => HouseNumberReader.Open(options, detector));
}
