using Espalier.Datasets.Svhn;
using PureHDF;
using PureHDF.VOL.Native;

namespace Espalier.Tests.Svhn;

/// <summary>Reads <c>digitStruct.mat</c> with an independent HDF5 library, slowly: the oracle for our own reader.</summary>
internal static class PureHdfOracle
{
    public static List<(string File, DigitStructBox Box)> Read(string path)
    {
        using var file = H5File.OpenRead(path);
        var names = file.Dataset("digitStruct/name").Read<NativeObjectReference1[]>();
        var boxes = file.Dataset("digitStruct/bbox").Read<NativeObjectReference1[]>();
        var root = (NativeGroup)file.Group("#refs#");
        var result = new List<(string, DigitStructBox)>();
        for (var i = 0; i < names.Length; i++)
        {
            var name = new string(Array.ConvertAll(((IH5Dataset)root.Get(names[i])).Read<ushort[]>(), c => (char)c));
            if (root.Get(boxes[i]) is not IH5Group box) continue; // A photo without digits has an empty array there.
            double[] left = Field(root, box, "left"), top = Field(root, box, "top"), width = Field(root, box, "width");
            double[] height = Field(root, box, "height"), label = Field(root, box, "label");
            for (var j = 0; j < left.Length; j++) result.Add((name, new DigitStructBox(left[j], top[j], width[j], height[j], label[j])));
        }

        return result;
    }

    private static double[] Field(NativeGroup root, IH5Group box, string name)
    {
        var dataset = box.Dataset(name);
        if (dataset.Type.Class != H5DataTypeClass.Reference) return dataset.Read<double[]>();
        return Array.ConvertAll(dataset.Read<NativeObjectReference1[]>(), reference => ((IH5Dataset)root.Get(reference))
            .Read<double[]>()[0]);
    }
}
