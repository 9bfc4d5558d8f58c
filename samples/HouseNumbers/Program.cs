using Espalier.HouseNumbers;
using Espalier.Runtime;
using Espalier.Vision;

// housenumbers PICTURE…
using var reader = HouseNumberReader.Open();
foreach (var file in args)
    Console.WriteLine($"{file}: {string.Join(", ", reader.Read(PictureReader.Read(file)).Select(number => number.Text))}");
