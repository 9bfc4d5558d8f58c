using Espalier.Vision;

namespace Espalier.Datasets.Photos;

/// <summary>A decoded photo whose longer side was brought to the image size, and what the data set says of it.</summary>
internal readonly record struct LoadedPhoto(Picture Picture, DatasetEntry Entry);
