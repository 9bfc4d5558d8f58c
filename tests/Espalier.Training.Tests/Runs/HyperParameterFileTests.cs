using System.Globalization;
using Espalier.Core;
using Espalier.Tests;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

public sealed class HyperParameterFileTests
{
    [Fact]
    public void Every_hyper_parameter_survives_the_round_trip()
    {
        using var folder = new TemporaryFolder();
        var lines = HyperParameterFile.Format(new HyperParameters()).TrimEnd('\n').Split('\n');

        // A value of its own for each name, so that none can stand in for another.
        var changed = lines.Select((line,
            index) => $"{line.Split(':')[0]}: {Value(line.Split(':')[0], index).ToString(CultureInfo.InvariantCulture)}").ToArray();
        File.WriteAllLines(folder.File("hyp.yaml"), changed);
        var written = HyperParameterFile.Format(HyperParameterFile.Read(folder.File("hyp.yaml")));

        Assert.Equal(changed, written.TrimEnd('\n').Split('\n'));
        Assert.Equal(28, changed.Length);
    }

    [Fact]
    public void What_a_file_does_not_name_keeps_its_default()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("hyp.yaml"), "# mine\nlr0: 0.02\ncopy_paste: 0.0\n");
        var read = HyperParameterFile.Read(folder.File("hyp.yaml"));
        var defaults = new HyperParameters();

        Assert.Equal(defaults with { Optimization = defaults.Optimization with { LearningRate = 0.02 } }, read);
    }

    [Theory]
    [InlineData("lr: 0.01", "line 1: there is no hyper-parameter 'lr'; there are lr0, lrf, momentum")]
    [InlineData("lr0: 0.01\nmosaic: always", "line 2: mosaic must be a number, not 'always'")]
    [InlineData("mosaic: 1.5", "mosaic")]
    [InlineData("momentum: .nan", "momentum")]
    [InlineData("lr0: 0.01\nlr0: 0.02", "line 2: this is not a list of names and numbers such as 'lr0: 0.01' ('lr0' stands there twice)")]
    [InlineData("- lr0", "line 1: this is not a list of names and numbers")]
    [InlineData("lr0: 0.01\nscale: !!bina[[[[ors: 3\n", "is not YAML")]
    [InlineData("lr0: {", "line 1: this is not a list of names and numbers")]
    public void Bad_file_is_refused_in_one_sentence(string text, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("hyp.yaml"), text);
        var message = Assert.Throws<EspalierException>(() => HyperParameterFile.Read(folder.File("hyp.yaml"))).Message;

        Assert.Contains(reason, message);
        Assert.Contains(folder.File("hyp.yaml"), message);
    }

    [Fact]
    public void What_has_no_effect_here_is_said_where_it_asks_for_something()
    {
        using var folder = new TemporaryFolder();
        var notes = new List<string>();
        File.WriteAllText(folder.File("hyp.yaml"), "copy_paste: 0.1\nanchors: 3.412\niou_t: 0.2\ncls_pw: 0.5\nobj_pw: 0.67198\n");

        var read = HyperParameterFile.Read(folder.File("hyp.yaml"), notes.Add);

        Assert.Equal((0.5f, 0.67198f), (read.Loss.ClassPositiveWeight, read.Loss.ObjectnessPositiveWeight));
        Assert.Equal(2, notes.Count);
        Assert.EndsWith("line 1: copy_paste has no effect: it pastes polygons, and labels here are boxes", notes[0],
            StringComparison.Ordinal);
        Assert.EndsWith("line 2: anchors has no effect: the architecture says how many anchors a level has", notes[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_file_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("hyp.yaml"), "");

        Assert.Equal(new HyperParameters(), HyperParameterFile.Read(folder.File("hyp.yaml")));
    }

    [Fact]
    public void Missing_file_is_named() =>
        Assert.Contains("'nowhere.yaml'", Assert.Throws<EspalierException>(() => HyperParameterFile.Read("nowhere.yaml")).Message);

    /// <summary>A number inside every range, and another for every name.</summary>
    private static float Value(string name, int index) => name switch
    {
        "anchor_t" => 3,
        "nbs" => 48,
        "perspective" => 0.0005f,
        _ => 0.1f + index / 64f,
    };
}
