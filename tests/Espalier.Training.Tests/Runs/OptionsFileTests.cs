using System.Reflection;
using System.Text.Json;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Training.Tests.Runs;

/// <summary>What a run was asked to do and what its files say of it: whoever compares runs compares these.</summary>
public sealed class OptionsFileTests
{
    // Bases from which every option makes a difference: what a penalty on scales leaves unused, one on kernels needs, and vice versa; and a
    // teacher's weight needs a teacher.
    private static readonly TrainingOptions[] Bases =
    [
        new() { Data = "data.yaml" },
        new() { Data = "data.yaml", Sparsity = new SparsityOptions { Rate = 0.1 } },
        new() { Data = "data.yaml", Sparsity = new SparsityOptions { Rate = 0.1, On = SparsePart.Kernels } },
        new() { Data = "data.yaml", Teacher = "dense.safetensors" },
    ];

    [Fact]
    public void Every_option_stands_in_a_run_s_files()
    {
        var (unseen, seen) = (new HashSet<string>(), new HashSet<string>());
        foreach (var options in Bases)
        {
            foreach (var (path, changed) in Changes(options))
            {
                unseen.Add(path);
                if (Text(changed) != Text(options)) seen.Add(path);
            }
        }

        unseen.ExceptWith(seen);
        Assert.True(unseen.Count == 0, $"options.yaml and hyp.yaml say nothing of {string.Join(", ", unseen.Order())}");
        Assert.InRange(seen.Count, 55, 200);
    }

    [Fact]
    public void A_run_with_another_way_to_take_batch_statistics_is_another_run()
    {
        var record = new RunRecord(new RunFolder("run"), Bases[0], [], true, null);

        Assert.Equal(["sync_bn: true, not false"], record.DifferencesFrom(Bases[0] with { SynchronizedBatchNorm = true }));
    }

    private static string Text(TrainingOptions options) =>
        TrainingOptions.Table.ToYaml(options) + HyperParameterFile.Format(options.HyperParameters);

    /// <summary>The options with one property changed at a time, those of records within them included.</summary>
    private static IEnumerable<(string Path, TrainingOptions Changed)> Changes(TrainingOptions options) =>
        Changes(options, typeof(TrainingOptions)).Select(change => (change.Path, (TrainingOptions)change.Changed));

    private static IEnumerable<(string Path, object Changed)> Changes(object record, Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var (kind, value) = (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, property.GetValue(record));
            if (kind.GetMethod("<Clone>$") is not null)
            {
                if (value is null) continue; // Another base has one.
                foreach (var (path, changed) in Changes(value, kind))
                    yield return ($"{property.Name}.{path}", With(record, property, changed));
            }
            else
            {
                yield return (property.Name, With(record, property, Other(kind, value, property.Name)));
            }
        }
    }

    private static object With(object record, PropertyInfo property, object value)
    {
        var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    private static object Other(Type kind, object? value, string name)
    {
        if (kind == typeof(bool)) return !(bool)(value ?? false);
        if (kind == typeof(int)) return (int)(value ?? 0) + 1;
        if (kind == typeof(double)) return (double)(value ?? 0.0) + 0.125;
        if (kind == typeof(float)) return (float)(value ?? 0f) + 0.125f;
        if (kind == typeof(string)) return $"another {value}";
        if (kind.IsEnum) return Enum.GetValues(kind).Cast<object>().First(other => !other.Equals(value));
        throw new InvalidOperationException($"the test does not know how to change {name}, a {kind.Name}");
    }

    [Theory]
    [InlineData("Optimisation")]
    [InlineData("SynchronisedBatchNorm")]
    [InlineData("NormalisePerLayer")]
    public void Files_keep_the_names_that_they_began_with(string name)
    {
        var (training, half) = (new TrainingOptions { Data = "data.yaml" }, new KeepShare(PruningMeasure.Channels, .5));
        var pruning = new PruningOptions { Target = half, ImageSize = 64 };

        var stored = JsonSerializer.Serialize(training, StoredJson.Format()) + JsonSerializer.Serialize(pruning, StoredJson.Format());

        Assert.Contains($"\"{name}\":", stored, StringComparison.Ordinal);
    }
}
