export { BuiltImage } from './built-image';
export { type BundleFile, ImageBundle, type ImageBundleProps } from './image-bundle';
export { PulledImage } from './pulled-image';
