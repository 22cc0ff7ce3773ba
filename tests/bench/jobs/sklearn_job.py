"""The whole job in scikit-learn: `partial_fit` on each epoch's order, its optimizer's rate set before."""

import numpy as np

from tests.bench.jobs import recipe


def main() -> None:
    """Train, tell the accuracy after each epoch, save."""
    from sklearn import set_config
    from sklearn.neural_network import MLPClassifier

    set_config(assume_finite=True, skip_parameter_validation=True)
    path, epochs, out = recipe.arguments()
    x, y, images, labels = recipe.load(path)
    model = MLPClassifier(
        recipe.SIZES[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=1,
        learning_rate_init=recipe.rate(0),
        momentum=0,
        nesterovs_momentum=False,
        shuffle=False,
    )
    model.partial_fit(x[:1], y[:1], classes=np.arange(recipe.SIZES[-1]))
    for w, b, (weights, bias) in zip(model.coefs_, model.intercepts_, recipe.first_weights()):
        w[...], b[...] = weights, bias

    for epoch in range(epochs):
        order = recipe.order(len(x), epoch)
        # no argument of partial_fit sets the rate of one epoch
        model._optimizer.learning_rate = recipe.rate(epoch)
        model.partial_fit(x[order], y[order])
        recipe.report(epoch, model.predict(images), labels)
    recipe.save(out, [*model.coefs_, *model.intercepts_])


if __name__ == "__main__":
    main()
