public enum Vehicles {}
