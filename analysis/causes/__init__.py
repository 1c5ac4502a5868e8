"""What decides the race: factors, twins, form of the model, what bound whom."""
