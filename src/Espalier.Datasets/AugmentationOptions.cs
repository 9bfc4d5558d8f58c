using Espalier.Core;

namespace Espalier.Datasets;

/// <summary>
/// How strongly training pictures are varied. The defaults are YOLOv5's hyper-parameters for low augmentation, from scratch.
/// </summary>
public sealed record AugmentationOptions
{
    /// <summary>How far the hue may turn either way, as a share of its circle: 0…1.</summary>
    /// <value>.015</value>
    public double HueGain { get; init; } = .015;

    /// <summary>Saturation is multiplied by 1 ± at most this: 0…1.</summary>
    /// <value>.7</value>
    public double SaturationGain { get; init; } = .7;

    /// <summary>Brightness (HSV's value) is multiplied by 1 ± at most this: 0…1.</summary>
    /// <value>.4</value>
    public double ValueGain { get; init; } = .4;

    /// <summary>Rotation either way, in degrees: 0…180.</summary>
    /// <value>0</value>
    public double Degrees { get; init; }

    /// <summary>Translation either way, as a share of the picture's size: 0…1.</summary>
    /// <value>.1</value>
    public double Translate { get; init; } = .1;

    /// <summary>Size is multiplied by 1 ± at most this: 0….95.</summary>
    /// <value>.5</value>
    public double Scale { get; init; } = .5;

    /// <summary>Shear either way along both axes, in degrees: 0…45.</summary>
    /// <value>0</value>
    public double Shear { get; init; }

    /// <summary>The homography's two perspective terms, either way, per pixel: 0….001.</summary>
    /// <value>0</value>
    public double Perspective { get; init; }

    /// <summary>The probability of turning a picture upside down: 0…1. Must be 0 where the classes are digits.</summary>
    /// <value>0</value>
    public double VerticalFlip { get; init; }

    /// <summary>The probability of mirroring a picture: 0…1. Must be 0 where the classes are digits.</summary>
    /// <value>.5</value>
    public double HorizontalFlip { get; init; } = .5;

    /// <summary>The probability that a picture is a mosaic of four photos: 0…1.</summary>
    /// <value>1</value>
    public double Mosaic { get; init; } = 1;

    /// <summary>The probability that a mosaic is blended with a second one: 0…1.</summary>
    /// <value>0</value>
    public double MixUp { get; init; }

    /// <summary>The defaults without flips, for digits: a mirrored 2 is not a 2.</summary>
    public static AugmentationOptions ForDigits { get; } = new AugmentationOptions().WithoutFlips();

    /// <summary>No variation at all: each photo letterboxed as it is.</summary>
    public static AugmentationOptions None { get; } = new()
    {
        HueGain = 0,
        SaturationGain = 0,
        ValueGain = 0,
        Translate = 0,
        Scale = 0,
        HorizontalFlip = 0,
        Mosaic = 0,
    };

    /// <summary>Whether a picture may come out mirrored or upside down.</summary>
    public bool Flips => VerticalFlip > 0 || HorizontalFlip > 0;

    /// <summary>The same options with both flips off.</summary>
    public AugmentationOptions WithoutFlips() => this with { VerticalFlip = 0, HorizontalFlip = 0 };

    /// <summary>Checks every range.</summary>
    /// <exception cref="OptionException">An option is outside its range; the message names it and the range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(HueGain, 0, 1, "The augmentation's hue gain");
        OptionException.ThrowIfOutside(SaturationGain, 0, 1, "The augmentation's saturation gain");
        OptionException.ThrowIfOutside(ValueGain, 0, 1, "The augmentation's value gain");
        OptionException.ThrowIfOutside(Degrees, 0, 180, "The augmentation's rotation in degrees");
        OptionException.ThrowIfOutside(Translate, 0, 1, "The augmentation's translation");
        OptionException.ThrowIfOutside(Scale, 0, .95, "The augmentation's scale gain");
        OptionException.ThrowIfOutside(Shear, 0, 45, "The augmentation's shear in degrees");
        OptionException.ThrowIfOutside(Perspective, 0, .001, "The augmentation's perspective");
        OptionException.ThrowIfOutside(VerticalFlip, 0, 1, "The augmentation's probability of a vertical flip");
        OptionException.ThrowIfOutside(HorizontalFlip, 0, 1, "The augmentation's probability of a horizontal flip");
        OptionException.ThrowIfOutside(Mosaic, 0, 1, "The augmentation's probability of a mosaic");
        OptionException.ThrowIfOutside(MixUp, 0, 1, "The augmentation's probability of mixup");
    }
}
