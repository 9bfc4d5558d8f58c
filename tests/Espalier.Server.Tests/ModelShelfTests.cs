using Espalier.Core;
using Espalier.Server.Models;
using Espalier.Tests;
using Espalier.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Espalier.Server.Tests;

/// <summary>Models come, change and go while they are in use.</summary>
public sealed class ModelShelfTests
{
    private static readonly string[] Letters = [.. "abcdefghij".Select(letter => $"{letter}")];

    [Fact]
    public async Task A_file_that_changes_is_loaded_again_and_no_request_is_lost()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("digits.onnx");
        byte[][] contents = [Served.Digits, Served.Emit(Letters)];
        File.WriteAllBytes(file, contents[0]);
        using var shelf = Open(ModelSource.At(folder.Path));
        using var ended = new CancellationTokenSource();
        var picture = PictureReader.Read(Served.Photo());
        var users = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var names = new HashSet<string>();
            while (!ended.IsCancellationRequested)
            {
                using var loan = shelf.Borrow("digits")!.Value;
                Assert.NotEmpty(loan.Model.Detect(picture, out var _));
                names.Add(loan.Model.Facts.ClassNames[0]);
            }

            return names;
        })).ToList();

        for (var i = 1; i <= 6; i++)
        {
            AtomicFile.WriteAllBytes(file, contents[i % 2]);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(i));
            shelf.Refresh();
            Assert.Equal(i % 2 == 0 ? "0" : "a", shelf.Models[0].Facts.ClassNames[0]);
            await Task.Delay(50);
        }

        ended.Cancel();
        Assert.Equal(["0", "a"], (await Task.WhenAll(users)).SelectMany(names => names).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_model_that_is_replaced_stays_open_until_its_last_loan_is_returned()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("digits.onnx");
        File.WriteAllBytes(file, Served.Digits);
        using var shelf = Open(ModelSource.At(folder.Path));
        var picture = PictureReader.Read(Served.Photo());
        var loan = shelf.Borrow(null)!.Value;

        File.Delete(file);
        shelf.Refresh();

        Assert.Null(shelf.Borrow("digits"));
        Assert.NotEmpty(loan.Model.Detect(picture, out var _));
        loan.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loan.Model.Detect(picture, out var _));
    }

    [Fact]
    public void A_broken_file_leaves_the_old_model_in_service_and_new_files_are_found()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("b.onnx"), Served.Digits);
        using var shelf = Open(ModelSource.At(folder.Path));

        File.WriteAllBytes(folder.File("b.onnx"), Served.Digits[..1000]);
        File.WriteAllBytes(folder.File("c.onnx"), Served.Emit(Letters));
        shelf.Refresh();

        Assert.Equal(["b", "c"], shelf.Models.Select(model => model.Name));
        Assert.Equal("0", shelf.Models[0].Facts.ClassNames[0]);
    }

    [Fact]
    public void A_file_that_is_served_by_itself_and_a_folder_that_is_away_take_nothing_out_of_service()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("models"));
        File.WriteAllBytes(folder.File("alone.onnx"), Served.Digits);
        File.WriteAllBytes(folder.File("models", "other.onnx"), Served.Digits);
        using var shelf = Open(ModelSource.At(folder.File("alone.onnx")), ModelSource.Of("carried", () => Served.Digits),
            ModelSource.At(folder.File("models")));

        File.Delete(folder.File("alone.onnx"));
        Directory.Delete(folder.File("models"), recursive: true);
        shelf.Refresh();

        Assert.Equal(["alone", "carried", "other"], shelf.Models.Select(model => model.Name));
    }

    [Fact]
    public void A_model_goes_with_its_file_where_the_folder_was_named_with_a_slash_at_its_end()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.onnx"), Served.Digits);
        File.WriteAllBytes(folder.File("b.onnx"), Served.Digits);
        using var shelf = Open(ModelSource.At(folder.Path + Path.DirectorySeparatorChar));

        File.Delete(folder.File("a.onnx"));
        shelf.Refresh();

        Assert.Equal("b", Assert.Single(shelf.Models).Name);
    }

    [Fact]
    public void A_link_in_the_folder_is_followed_to_the_file_that_it_leads_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        using var folder = new TemporaryFolder();
        var (models, stored) = (Directory.CreateDirectory(folder.File("models")).FullName, folder.File("stored.onnx"));
        File.WriteAllBytes(stored, Served.Digits);
        File.CreateSymbolicLink(Path.Combine(models, "digits.onnx"), stored);
        using var shelf = Open(ModelSource.At(models));
        var before = Assert.Single(shelf.Models);
        shelf.Refresh();
        Assert.Same(before, Assert.Single(shelf.Models));

        File.SetLastWriteTimeUtc(stored, DateTime.UtcNow.AddMinutes(1));
        shelf.Refresh();

        Assert.NotSame(before, Assert.Single(shelf.Models));
    }

    [Fact]
    public void Names_are_given_or_taken_from_files_and_may_not_stand_twice()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("digits.onnx"), Served.Digits);
        using var shelf = Open(ModelSource.Parse($"first={folder.File("digits.onnx")}"), ModelSource.Parse(folder.File("digits.onnx")));
        Assert.Equal(["first", "digits"], shelf.Models.Select(model => model.Name));

        Directory.CreateDirectory(folder.File("other"));
        File.WriteAllBytes(folder.File("other", "digits.onnx"), Served.Digits);
        Assert.StartsWith("Two models are called 'digits': ", Assert.Throws<EspalierException>(() => Open(ModelSource.At(folder.Path),
            ModelSource.At(folder.File("other")))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder.File("empty"));
        Assert.EndsWith("holds no .onnx file; `espalier export` makes one of a checkpoint.",
            Assert.Throws<EspalierException>(() => Open(ModelSource.At(folder.File("empty")))).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("best.safetensors"), "weights");
        Assert.EndsWith("is no .onnx file; `espalier export` makes one of a checkpoint.", Assert.Throws<EspalierException>(
            () => Open(ModelSource.At(folder.File("best.safetensors")))).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("empty", "x.onnx"), "nonsense");
        Assert.StartsWith($"'{folder.File("empty", "x.onnx")}' is no ONNX file",
            Assert.Throws<EspalierException>(() => Open(ModelSource.At(folder.File("empty")))).Message, StringComparison.Ordinal);
    }

    private static ModelShelf Open(params ModelSource[] sources)
    {
        var shelf = new ModelShelf(new ServerOptions { Models = sources }, NullLogger<ModelShelf>.Instance);
        try
        {
            shelf.Open();
            return shelf;
        }
        catch
        {
            shelf.Dispose();
            throw;
        }
    }
}
