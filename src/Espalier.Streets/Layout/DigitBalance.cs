namespace Espalier.Streets.Layout;

/// <summary>How often each digit is drawn.</summary>
public enum DigitBalance
{
    /// <summary>As on SVHN's house numbers: ones often, nines seldom, no number begins with 0.</summary>
    Svhn,

    /// <summary>All alike.</summary>
    Uniform,
}
