using Espalier.Core;
using Espalier.Datasets.Svhn;

namespace Espalier.Tests.Svhn;

public class SplitRuleTests
{
    [Theory]
    [InlineData("photos", "1", "train")]
    [InlineData("photos", "200", "train")]
    [InlineData("photos", "201", "photos")]
    [InlineData("photos", "256", "photos")]
    [InlineData("photos", "257", null)]
    [InlineData("rebuilt", "260", "val")]
    [InlineData("rebuilt", "261", "train")]
    [InlineData("elsewhere", "1", null)]
    public void The_usual_split_reads_as_it_is_meant(string source, string stem, string? split) =>
        Assert.Equal(split, SplitRule.Parse(["train=photos:1-200,rebuilt:^*0", "val=rebuilt:*0", "photos=photos:201-256"])
            .SplitOf(source, stem));

    [Fact]
    public void The_older_sign_for_not_is_still_understood() => Assert.Equal(
        SplitRule.Parse(["train=a:^*0"]).Splits.Single().Items.Single(), SplitRule.Parse(["train=a:!*0"]).Splits.Single().Items.Single());

    [Theory]
    [InlineData("17", "train")]
    [InlineData("20", "val")]
    public void Without_a_rule_every_tenth_photo_is_for_validation(string stem, string split) =>
        Assert.Equal(split, SplitRule.EveryTenth.SplitOf("any", stem));

    [Theory]
    [InlineData("train")]
    [InlineData("=photos")]
    [InlineData("tr ain=photos")]
    [InlineData("train=")]
    [InlineData("train=photos:")]
    [InlineData("train=photos:!")]
    [InlineData("train=photos:9-3")]
    [InlineData("names=photos")]
    [InlineData("train=a,,b")]
    public void A_text_that_is_no_split_is_refused_as_an_option(string text) =>
        Assert.Throws<OptionException>(() => SplitRule.Parse([text]));

    [Fact]
    public void Two_splits_of_one_name_are_refused() => Assert.Throws<OptionException>(() => SplitRule.Parse(["train=a", "train=b"]));

    [Fact]
    public void A_photo_in_two_splits_is_refused() =>
        Assert.Throws<EspalierException>(() => SplitRule.Parse(["train=a", "val=a:*0"]).SplitOf("a", "10"));
}
