using System.Globalization;
using Espalier.Core;
using Espalier.Datasets;

namespace Espalier.Training.Validation;

/// <summary>
/// Whether two sides know the same classes, and in which order. Classes are matched by name, for a data.yaml written anew may list them in
/// another order than the one that a network was trained with.
/// </summary>
internal static class ClassOrder
{
    /// <summary>A data set with its labels counted as a network counts its classes.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="names">The network's classes.</param>
    /// <param name="name">What messages call the network.</param>
    /// <param name="data">What they call the data.</param>
    /// <param name="note">Told where the orders differ.</param>
    /// <exception cref="EspalierException">The two do not know the same classes; the message names the first that differ.</exception>
    public static DetectionDataset InOrderOf(this DetectionDataset dataset, IReadOnlyList<string> names, string name, string data,
        Action<string>? note = null)
    {
        if (dataset.ClassNames.Count != names.Count)
            throw new EspalierException($"'{name}' knows {names.Count} classes, but '{data}' names {dataset.ClassNames.Count}.");
        var places = Places(dataset.ClassNames, names, data, name);
        if (places is null) return dataset;
        var moved = Array.FindIndex(places, place => place >= 0
            && !Same(dataset.ClassNames[Array.IndexOf(places, place)], names[Array.IndexOf(places, place)]));
        note?.Invoke(FormattableString.Invariant(
            $"Classes are matched by name: class {moved} of '{data}', {dataset.ClassNames[moved]}, is class {places[moved]} of '{name}'"));
        return dataset with
        {
            ClassNames = names,
            Entries = [.. dataset.Entries.Select(
                entry => entry with { Labels = [.. entry.Labels.Select(label => label with { Class = places[label.Class] })] })],
        };
    }

    /// <summary>Where each class stands in another order.</summary>
    /// <param name="from">Classes.</param>
    /// <param name="to">As many others.</param>
    /// <param name="fromName">What messages call the first.</param>
    /// <param name="toName">What messages call the second.</param>
    /// <returns>Null where the orders agree, or one side has numbers for names, which say nothing.</returns>
    /// <exception cref="EspalierException">They are not the same classes; the message names the first that differ.</exception>
    public static int[]? Places(IReadOnlyList<string> from, IReadOnlyList<string> to, string fromName, string toName)
    {
        if (from.Zip(to).All(pair => Same(pair.First, pair.Second))) return null;
        int[] places = [.. from.Select(wanted => Array.FindIndex([.. to], other => Same(other, wanted)))];
        if (places.Distinct().Count() == to.Count && !places.Contains(-1)) return places;
        if (AreNumbers(from) || AreNumbers(to)) return null;
        var first = Enumerable.Range(0, from.Count)
            .First(index => !Same(from[index], to[index]) && (places[index] < 0 || places.Count(place => place == places[index]) > 1));
        throw new EspalierException(string.Create(CultureInfo.InvariantCulture, $"'{toName}' and '{fromName}' know other classes: "
            + $"class {first} is {to[first]} in the one and {from[first]} in the other."));
    }

    // What stands for names where a file brings none: 0, 1, 2 and so on.
    private static bool AreNumbers(IReadOnlyList<string> names) =>
        names.Index().All(name => name.Item == name.Index.ToString(CultureInfo.InvariantCulture));

    private static bool Same(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);
}
