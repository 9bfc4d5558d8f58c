namespace Espalier.Datasets.Findings;

/// <summary>What can be wrong or doubtful in a data set; <see cref="FindingKinds"/> tells name, severity and remedy of each.</summary>
public enum FindingKind
{
    /// <summary>A list or digitStruct.mat names a photo that is not there.</summary>
    MissingPhoto,

    /// <summary>A photo does not decode, or a part of it is missing.</summary>
    UnreadablePhoto,

    /// <summary>A photo has a side under 10 pixels.</summary>
    TinyPhoto,

    /// <summary>A label file cannot be read.</summary>
    UnreadableLabels,

    /// <summary>A label has the wrong columns, is no number, or lies outside the photo's shares.</summary>
    SenselessLabel,

    /// <summary>A label has a class that no name stands for; in SVHN, a label that is no digit.</summary>
    WrongClass,

    /// <summary>A box has no area, or none within the photo.</summary>
    BoxWithoutArea,

    /// <summary>A box reaches over the photo's edge.</summary>
    BoxOverEdge,

    /// <summary>The same label is there twice.</summary>
    DuplicateLabel,

    /// <summary>A file among the photos is in no form that is read.</summary>
    UnreadFile,

    /// <summary>A split of data.yaml is not there.</summary>
    MissingSplit,

    /// <summary>A photo is listed twice.</summary>
    PhotoListedTwice,

    /// <summary>A photo has the same bytes, or the same pixels, as another of its split.</summary>
    IdenticalPhoto,

    /// <summary>A photo has the same bytes, or the same pixels, as one of another split: what is learned from is also judged by.</summary>
    IdenticalPhotoAcrossSplits,

    /// <summary>A photo shows nearly the same pixels as another of its split.</summary>
    SimilarPhoto,

    /// <summary>A photo shows nearly the same pixels as one of another split.</summary>
    SimilarPhotoAcrossSplits,

    /// <summary>A photo has no labels: no label file, or no entry in digitStruct.mat. To training it is a background.</summary>
    MissingLabels,

    /// <summary>A label file has no photo.</summary>
    OrphanLabels,

    /// <summary>A box has a side under 2 pixels.</summary>
    TinyBox,

    /// <summary>A box covers nearly the whole photo.</summary>
    HugeBox,

    /// <summary>A box is far longer than wide or the reverse; a digit's box is wider than any digit.</summary>
    ExtremeAspect,

    /// <summary>Two labels lie on nearly the same box.</summary>
    OverlappingLabels,

    /// <summary>A model is confident that a label's box shows another class.</summary>
    ModelSeesAnotherClass,

    /// <summary>A model is confident of an object where no label is.</summary>
    ModelSeesUnlabelled,

    /// <summary>A model finds nothing, not even with little confidence, where a label is.</summary>
    ModelSeesNothing,
}
