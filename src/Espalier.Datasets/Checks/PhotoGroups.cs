namespace Espalier.Datasets.Checks;

/// <summary>Photos that belong together, each in one group; at first every photo is alone.</summary>
/// <param name="count">How many photos.</param>
/// <param name="settled">How many of them, the first ones, stay where they are: a group holds one of these at most.</param>
internal sealed class PhotoGroups(int count, int settled)
{
    private readonly int[] _before = [.. Enumerable.Range(0, count)];

    /// <summary>The first photo of the group that a photo is in.</summary>
    public int FirstOf(int photo)
    {
        for (; _before[photo] != photo; photo = _before[photo]) _before[photo] = _before[_before[photo]];
        return photo;
    }

    /// <summary>Makes one group of those of two photos, unless each holds a photo that stays where it is.</summary>
    public void Join(int one, int other)
    {
        var (first, second) = (FirstOf(one), FirstOf(other));
        if (Math.Max(first, second) >= settled) _before[Math.Max(first, second)] = Math.Min(first, second);
    }
}
