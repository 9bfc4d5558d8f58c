namespace Espalier.Streets.Layout;

/// <summary>
/// What the 46,470 pictures and 99,289 boxes of SVHN's official train and test sets look like, summarized from their
/// <c>digitStruct.mat</c>: frequencies, and quantiles of measures in digit heights.
/// </summary>
internal static class SvhnTables
{
    /// <summary>At which shares the quantiles of this class stand.</summary>
    public static readonly double[] Shares = [0, .01, .05, .1, .25, .5, .75, .9, .95, .99, 1];

    /// <summary>How many numbers have 1, 2, 3, 4, 5 digits.</summary>
    public static readonly double[] Lengths = [.164, .570, .2318, .034, .0003];

    /// <summary>Frequencies of the digits 0…9 on numbers of one digit.</summary>
    public static readonly double[] Single = [.009, .115, .142, .115, .112, .119, .106, .093, .097, .093];

    /// <summary>Frequencies of the first digit of numbers of 2, 3, and 4 or more digits.</summary>
    public static readonly double[][] First =
    [
        [.001, .233, .186, .145, .119, .091, .070, .062, .049, .044],
        [.001, .470, .223, .108, .063, .050, .031, .024, .016, .013],
        [.000, .521, .361, .056, .030, .013, .008, .005, .006, .000],
    ];

    /// <summary>Frequencies of the digits after the first.</summary>
    public static readonly double[] Later = [.122, .112, .109, .103, .099, .099, .088, .092, .085, .081];

    /// <summary>Of all digits together.</summary>
    public static readonly double[] All = [.0674, .1910, .1484, .1146, .1005, .0933, .0776, .0767, .0675, .0630];

    /// <summary>A digit's height in pixels. The set's last hundredth reaches 403.</summary>
    public static readonly double[] Heights = [9, 12, 15, 17, 21, 28, 39, 54, 66, 97, 200];

    /// <summary>What lies to the left of the number.</summary>
    public static readonly double[] Left = [-.06, .516, .8, .875, 1, 1.3, 1.867, 3.083, 4.261, 7.022, 12];

    public static readonly double[] Right = [-.06, .531, .8, .873, 1.007, 1.294, 1.833, 3.033, 4.182, 6.969, 12];

    public static readonly double[] Above = [0, .023, .043, .065, .136, .256, .458, .88, 1.407, 3, 6];

    public static readonly double[] Below = [-.1, 0, .062, .1, .171, .286, .471, .871, 1.296, 2.844, 6];

    /// <summary>How the four margins hang together: the correlation of any two.</summary>
    public const double MarginCorrelation = .77;

    /// <summary>From one digit's middle to the next one's.</summary>
    public static readonly double[] Pitch = [.15, .222, .292, .331, .4, .483, .575, .667, .727, .889, 1.3];

    /// <summary>Width to height of a digit's box, at the median, for 0…9.</summary>
    public static readonly double[] Aspects = [.529, .385, .536, .523, .531, .532, .533, .516, .526, .535];

    /// <summary>The slope of the line through the digits, in degrees, y downwards.</summary>
    public static readonly double[] Slopes = [-40, -33.69, -18.759, -12.308, -5.572, 0, 4.086, 9.462, 14.036, 28.072, 40];

    /// <summary>How many numbers stand one digit above the other.</summary>
    public const double Stacked = .008;

    /// <summary>The value at a share of one of the tables of quantiles, in between by straight lines.</summary>
    /// <param name="quantiles">One of the tables.</param>
    /// <param name="share">0…1.</param>
    public static double Quantile(double[] quantiles, double share)
    {
        var i = 1;
        while (i < Shares.Length - 1 && share > Shares[i]) i++;
        return quantiles[i - 1] + (quantiles[i] - quantiles[i - 1]) * (share - Shares[i - 1]) / (Shares[i] - Shares[i - 1]);
    }
}
