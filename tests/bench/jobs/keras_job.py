"""The whole job in Keras on JAX: one `fit` of an epoch after the other, on that epoch's order."""

import numpy as np

from tests.bench.jobs import recipe


def main() -> None:
    """Train, tell the accuracy after each epoch, save."""
    import keras

    path, epochs, out = recipe.arguments()
    x, y, images, labels = recipe.load(path)
    features, *hidden, classes = recipe.SIZES
    dense = [keras.layers.Dense(width, activation="sigmoid") for width in hidden]
    model = keras.Sequential([keras.Input((features,)), *dense, keras.layers.Dense(classes)])
    model.set_weights([array for layer in recipe.first_weights() for array in layer])
    model.compile(
        optimizer=keras.optimizers.SGD(recipe.rate(0)),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=True,
        steps_per_execution=16,
    )
    for epoch in range(epochs):
        order = recipe.order(len(x), epoch)
        model.optimizer.learning_rate = recipe.rate(epoch)
        model.fit(x[order], y[order], batch_size=1, shuffle=False, verbose=0)
        recipe.report(epoch, np.asarray(model.predict(images, batch_size=1000, verbose=0)), labels)
    recipe.save(out, model.get_weights())


if __name__ == "__main__":
    main()
