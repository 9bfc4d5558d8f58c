namespace Espalier.Training.Execution;

/// <summary>The three kinds of parameters that YOLOv5's optimizer treats differently.</summary>
internal enum ParameterKind
{
    /// <summary>Biases of convolutions and β of batch normalization: no weight decay,
    /// and a learning rate of their own while warming up.</summary>
    Bias,

    /// <summary>Kernels of convolutions: the only ones that decay.</summary>
    ConvolutionWeight,

    /// <summary>γ of batch normalization: no weight decay.</summary>
    BatchNormScale,
}
