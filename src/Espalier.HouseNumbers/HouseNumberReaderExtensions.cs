using Espalier.Core;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.HouseNumbers;

/// <summary>A reader that needs no file.</summary>
public static class HouseNumberReaderExtensions
{
    extension(HouseNumberReader)
    {
        /// <summary>Opens the detector that comes with this package, in the numbers that are faster on this processor.</summary>
        /// <param name="options">How digits become numbers; the standards if null.</param>
        /// <param name="detector">How pictures are looked at; the standards if null.</param>
        /// <exception cref="OptionException">An option is outside its range.</exception>
        /// <example><code>
        /// using var reader = HouseNumberReader.Open();
        /// foreach (var number in reader.Read(PictureReader.Read("house.jpg")))
        ///     Console.WriteLine(number.IsAccepted ? number.Text : "cannot read");
        /// </code></example>
        public static HouseNumberReader Open(NumberReadingOptions? options = null, DetectorOptions? detector = null) =>
            HouseNumberReader.Open(HouseNumberModel.Read(), options, detector);
    }
}
