using Deque.AxeCore.Commons;
using Espalier.Tests;

namespace Espalier.Server.Tests;

/// <summary>The pages by axe-core's rules, in both colour schemes, and the page of the API.</summary>
public sealed class AccessibilityTests
{
    [Theory]
    [InlineData("/", "offer.models.length > 0")]
    [InlineData("/watch", "!document.getElementById('none').hidden")]
    [InlineData("/openapi", "document.querySelectorAll('details').length > 0")]
    public async Task Pages_break_no_rule_empty(string path, string ready)
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Runs = folder.Path });
        foreach (var dark in new[] { false, true })
        {
            await using var page = await Chromium.Open(served.Server.Address + path, dark: dark, ready: ready);
            await AssertAccessible(page);
            Assert.Empty(page.Complaints);
        }
    }

    [Fact]
    public async Task The_page_breaks_no_rule_with_photos_read_and_being_corrected()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.File("corrected") });
        File.WriteAllBytes(folder.File("one.png"), Served.Photo());
        File.WriteAllBytes(folder.File("two.png"), Served.Photo(2));
        foreach (var dark in new[] { false, true })
        {
            await using var page = await Chromium.Open(served.Server.Address + "/", dark: dark);
            await page.Choose(folder.File("one.png"), folder.File("two.png"));
            await page.Until("photos.length === 2 && photos.every(photo => photo.state === 'done')");
            await page.Evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })");
            await AssertAccessible(page);
            await page.Press("e");
            await AssertAccessible(page);
        }
    }

    [Fact]
    public async Task The_page_of_the_api_shows_every_route_with_a_line_for_the_terminal_and_an_answer()
    {
        await using var served = await Served.Start();
        await using var page = await Chromium.Open(served.Server.Address + "/openapi", ready: "$('notice').hidden");

        Assert.Equal("DeepStack, Espalier, Open Inference Protocol",
            (string?)await page.Evaluate("[...document.querySelectorAll('h2')].map(one => one.textContent).sort().join(', ')"));
        const string Read = "[...document.querySelectorAll('details')].find(one => one.querySelector('code').textContent === '/read')";
        Assert.Equal(
            $"curl --data-binary @photo.jpg -H \"Content-Type: image/jpeg\" \"{served.Server.Address}/read?model=…&confidence=…\"",
            (string?)await page.Evaluate($"{Read}.querySelector('pre').textContent"));
        const string Answer = $"JSON.parse({Read}.querySelectorAll('pre')[1].textContent)";
        Assert.Equal("…", (string?)await page.Evaluate($"{Answer}.pictures[0].numbers[0].text"));
        Assert.Empty(page.Complaints);
    }

    private static async Task AssertAccessible(Chromium page)
    {
        await page.Evaluate(new BundledAxeScriptProvider().GetScript() + ";0");
        Assert.Equal("[]", (string?)await page.Evaluate("axe.run().then(result => JSON.stringify(result.violations.map(rule => "
            + "[rule.id, rule.nodes.map(node => node.target.join(' ') + ': ' + node.failureSummary)])))"));
    }
}
