using Espalier.HouseNumbers;
using Espalier.Runtime;
using Espalier.Vision;

// housenumbers PICTURE…
using var reader = HouseNumberReader.Open();
foreach (var file in args)
{
    var numbers = reader.Read(PictureReader.Read(file)).Select(number => number.IsAccepted ? number.Text : "cannot read");
    Console.WriteLine($"{file}: {string.Join(", ", numbers.DefaultIfEmpty("no number"))}");
}
