using Espalier.Runtime;
using Espalier.Vision;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Espalier's detectors as services: one for the whole application, for any number of requests at once, closed with it.</summary>
public static class EspalierServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="Detector"/>, which is the <see cref="IPictureDetector"/> too;
    /// the file is opened when it is first asked for.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="path">An ONNX file.</param>
    /// <param name="options">How pictures are looked at. On a server: <c>Threads = 1, Spinning = false</c>.</param>
    public static IServiceCollection AddEspalierDetector(this IServiceCollection services, string path, DetectorOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return services.AddEspalierDetector(_ => Detector.Open(path, options));
    }

    /// <summary>Adds a <see cref="Detector"/> that is opened by other services:
    /// of a file's content, with options from the configuration.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="open">Opens it.</param>
    public static IServiceCollection AddEspalierDetector(this IServiceCollection services, Func<IServiceProvider, Detector> open)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(open);
        return services.AddSingleton(open).AddSingleton<IPictureDetector>(static provider => provider.GetRequiredService<Detector>());
    }

    /// <summary>Adds a <see cref="HouseNumberReader"/>; the file is opened when it is first asked for.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="path">An ONNX file whose classes are the digits.</param>
    /// <param name="options">How digits become numbers; the standards if null.</param>
    /// <param name="detector">How pictures are looked at.</param>
    public static IServiceCollection AddHouseNumberReader(this IServiceCollection services, string path,
        NumberReadingOptions? options = null, DetectorOptions? detector = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return services.AddHouseNumberReader(_ => HouseNumberReader.Open(path, options, detector));
    }

    /// <summary>Adds a <see cref="HouseNumberReader"/> that is opened by other services.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="open">Opens it.</param>
    public static IServiceCollection AddHouseNumberReader(this IServiceCollection services, Func<IServiceProvider, HouseNumberReader> open)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(open);
        return services.AddSingleton(open);
    }
}
